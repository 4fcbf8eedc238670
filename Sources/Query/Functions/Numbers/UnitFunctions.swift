import CasebookValues

/// Measures in other units.
///
/// Each unit is a factor to one base unit of its kind.
enum UnitFunctions {
  static let all: [ScalarFunction] = [
    convert("angle", angles, "print convert_angle(180, 'Degree', 'Gradian')", "200.0"),
    convert("energy", energies, "print convert_energy(1, 'Kilocalorie', 'Joule')", "4184.0"),
    convert("force", forces, "print convert_force(1, 'Kilonewton', 'Newton')", "1000.0"),
    convert("length", lengths, "print convert_length(1, 'Mile', 'Meter')", "1609.344"),
    convert("mass", masses, "print convert_mass(1, 'Tonne', 'Kilogram')", "1000.0"),
    convert(
      "speed", speeds, "print convert_speed(36, 'KilometerPerHour', 'MeterPerSecond')", "10.0"),
    convert("volume", volumes, "print convert_volume(1, 'CubicMeter', 'Liter')", "1000.0"),
    ScalarFunction(
      "convert_temperature", family: "numbers", parameters, returns: .real,
      summary: "A temperature in another unit.",
      examples: [
        Example(
          "print round(convert_temperature(100, 'DegreeCelsius', 'DegreeFahrenheit'))",
          output: "212.0")
      ],
      .rows(nulls: .propagate) { values in
        guard let from = temperatures[values.text(1)], let to = temperatures[values.text(2)] else {
          return .null(.real)
        }
        let kelvin = values.real(0) * from.factor + from.zero
        return .real((kelvin - to.zero) / to.factor)
      }),
  ]

  private static let parameters = [
    FunctionParameter("value", .real), FunctionParameter("from", .string, "a unit"),
    FunctionParameter("to", .string, "a unit"),
  ]

  private static func convert(
    _ kind: String, _ units: [String: Double], _ query: String, _ output: String
  ) -> ScalarFunction {
    ScalarFunction(
      "convert_" + kind, family: "numbers", parameters, returns: .real,
      summary: "A measure of \(kind) in another unit; null for an unknown unit.",
      examples: [Example(query, output: output)],
      .rows(nulls: .propagate) { values in
        guard let from = units[values.text(1)], let to = units[values.text(2)] else {
          return .null(.real)
        }
        return .real(values.real(0) * from / to)
      })
  }

  private static let angles: [String: Double] = [
    "Arcminute": 1.0 / 60, "Arcsecond": 1.0 / 3600, "Centiradian": 0.01 * 180 / .pi,
    "Deciradian": 0.1 * 180 / .pi, "Degree": 1, "Gradian": 0.9,
    "Microdegree": 1e-6, "Microradian": 1e-6 * 180 / .pi, "Millidegree": 1e-3,
    "Milliradian": 1e-3 * 180 / .pi, "Nanodegree": 1e-9, "Nanoradian": 1e-9 * 180 / .pi,
    "NatoMil": 180.0 / 3200, "Radian": 180 / .pi, "Revolution": 360, "Tilt": 180 / .pi,
  ]

  private static let energies: [String: Double] = [
    "BritishThermalUnit": 1055.05585262, "Calorie": 4.184, "DecathermEc": 1_055_055_852.62,
    "DecathermImperial": 1_055_055_852.62, "DecathermUs": 1_054_804_000,
    "ElectronVolt":
      1.602176565e-19,
    "Erg": 1e-7, "FootPound": 1.355817948, "GigabritishThermalUnit": 1_055_055_852_620,
    "GigawattDay": 24 * 3600e9, "GigawattHour": 3600e9, "HorsepowerHour": 2.6845195377e6,
    "Joule": 1, "KilobritishThermalUnit": 1_055_055.85262, "Kilocalorie": 4184, "Kilojoule": 1e3,
    "KilowattDay": 24 * 3600e3, "KilowattHour": 3600e3, "MegabritishThermalUnit": 1_055_055_852.62,
    "Megacalorie": 4.184e6, "Megajoule": 1e6, "MegawattDay": 24 * 3600e6, "MegawattHour": 3600e6,
    "Millijoule": 1e-3, "TerawattDay": 24 * 3600e12, "TerawattHour": 3600e12,
    "ThermEc": 105_505_585.262, "ThermImperial": 105_505_585.257, "ThermUs": 105_480_400,
    "WattDay": 24 * 3600, "WattHour": 3600,
  ]

  private static let forces: [String: Double] = [
    "Decanewton": 10, "Dyn": 1e-5, "KilogramForce": 9.80665, "Kilonewton": 1e3,
    "KiloPond": 9.80665, "KilopoundForce": 4448.2216152605, "Meganewton": 1e6, "Micronewton": 1e-6,
    "Millinewton": 1e-3, "Newton": 1, "OunceForce": 4.4482216152605 / 16,
    "Poundal": 0.138254954376, "PoundForce": 4.4482216152605,
    "ShortTonForce": 8896.443230521, "TonneForce": 9806.65,
  ]

  private static let lengths: [String: Double] = [
    "Angstrom": 1e-10, "AstronomicalUnit": 1.4959787070e11, "Centimeter": 0.01, "Chain": 20.1168,
    "DataMile": 1828.8, "Decameter": 10, "Decimeter": 0.1, "DtpPica": 0.0254 / 6,
    "DtpPoint": 0.0254 / 72, "Fathom": 1.8288, "Foot": 0.3048, "Hand": 0.1016, "Hectometer": 100,
    "Inch": 0.0254, "KilolightYear": 9.46073047258e18, "Kilometer": 1e3,
    "Kiloparsec":
      3.08567758128e19,
    "LightYear": 9.46073047258e15, "MegalightYear": 9.46073047258e21,
    "Megaparsec":
      3.08567758128e22,
    "Meter": 1, "Microinch": 2.54e-8, "Micrometer": 1e-6, "Mil": 2.54e-5, "Mile": 1609.344,
    "Millimeter": 1e-3, "Nanometer": 1e-9, "NauticalMile": 1852, "Parsec": 3.08567758128e16,
    "PrinterPica": 0.0254 * 400 / 2409, "PrinterPoint": 0.0254 * 100 / 7227,
    "Shackle": 27.432, "SolarRadius": 6.95510000e8, "Twip": 0.0254 / 1440,
    "UsSurveyFoot": 1200.0 / 3937, "Yard": 0.9144,
  ]

  private static let masses: [String: Double] = [
    "Centigram": 1e-5, "Decagram": 1e-2, "Decigram": 1e-4, "EarthMass": 5.9722e24,
    "Grain": 64.79891e-6, "Gram": 1e-3, "Hectogram": 0.1, "Kilogram": 1, "Kilopound": 453.59237,
    "Kilotonne": 1e6, "LongHundredweight": 50.80234544, "LongTon": 1016.0469088,
    "Megapound":
      453592.37,
    "Megatonne": 1e9, "Microgram": 1e-9, "Milligram": 1e-6, "Nanogram": 1e-12,
    "Ounce": 0.028349523125, "Pound": 0.45359237, "ShortHundredweight": 45.359237,
    "ShortTon": 907.18474, "Slug": 14.593902937, "SolarMass": 1.98947e30, "Stone": 6.35029318,
    "Tonne": 1e3,
  ]

  private static let speeds: [String: Double] = [
    "CentimeterPerHour": 0.01 / 3600, "CentimeterPerMinute": 0.01 / 60, "CentimeterPerSecond": 0.01,
    "DecimeterPerMinute": 0.1 / 60, "DecimeterPerSecond": 0.1, "FootPerHour": 0.3048 / 3600,
    "FootPerMinute": 0.3048 / 60, "FootPerSecond": 0.3048, "InchPerHour": 0.0254 / 3600,
    "InchPerMinute": 0.0254 / 60, "InchPerSecond": 0.0254, "KilometerPerHour": 1 / 3.6,
    "KilometerPerMinute": 1000.0 / 60, "KilometerPerSecond": 1000, "Knot": 1852.0 / 3600,
    "MeterPerHour": 1.0 / 3600, "MeterPerMinute": 1.0 / 60, "MeterPerSecond": 1,
    "MicrometerPerMinute": 1e-6 / 60, "MicrometerPerSecond": 1e-6, "MilePerHour": 0.44704,
    "MillimeterPerHour": 1e-3 / 3600, "MillimeterPerMinute": 1e-3 / 60,
    "MillimeterPerSecond": 1e-3, "NanometerPerMinute": 1e-9 / 60, "NanometerPerSecond": 1e-9,
    "YardPerHour": 0.9144 / 3600, "YardPerMinute": 0.9144 / 60, "YardPerSecond": 0.9144,
  ]

  private static let volumes: [String: Double] = [
    "AcreFoot": 1 / 0.000810714, "Centiliter": 1e-5, "CubicCentimeter": 1e-6,
    "CubicDecimeter": 1e-3, "CubicFoot": 0.028316846592, "CubicHectometer": 1e6,
    "CubicInch": 1.6387064e-5, "CubicKilometer": 1e9, "CubicMeter": 1, "CubicMicrometer": 1e-18,
    "CubicMile": 4.16818182544058e9, "CubicMillimeter": 1e-9, "CubicYard": 0.764554857984,
    "Deciliter": 1e-4, "Hectoliter": 0.1, "ImperialBeerBarrel": 0.16365924,
    "ImperialGallon": 0.00454609, "ImperialOunce": 2.84130625e-5, "Kiloliter": 1, "Liter": 1e-3,
    "Megaliter": 1e3, "Microliter": 1e-9, "Milliliter": 1e-6, "OilBarrel": 0.158987294928,
    "UsGallon": 0.003785411784, "UsOunce": 2.95735295625e-5, "UsPint": 4.73176473e-4,
    "UsQuart": 9.46352946e-4, "UsTablespoon": 1.478676478125e-5, "UsTeaspoon": 4.92892159375e-6,
  ]

  private static let temperatures: [String: (factor: Double, zero: Double)] = [
    "Kelvin": (1, 0), "DegreeCelsius": (1, 273.15),
    "DegreeFahrenheit": (5.0 / 9, 459.67 * 5 / 9), "DegreeRankine": (5.0 / 9, 0),
    "DegreeDelisle": (-2.0 / 3, 373.15), "DegreeNewton": (100.0 / 33, 273.15),
    "DegreeReaumur": (1.25, 273.15), "DegreeRoemer": (40.0 / 21, 273.15 - 7.5 * 40 / 21),
    "MillidegreeCelsius": (1e-3, 273.15), "SolarTemperature": (5778, 0),
  ]
}
