import CasebookTables
import CasebookValues

/// Clocks of other zones, and working hours.
enum ZoneFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "datetime_utc_to_local", family: "time",
      [FunctionParameter("utc", .datetime), zoneParameter], returns: .datetime,
      summary: "What a zone's clock shows at a time given in UTC.",
      examples: [
        Example(
          "print datetime_utc_to_local(datetime(2024-07-01 12:00), 'Europe/Dublin')",
          output: "2024-07-01T13:00:00.0000000Z")
      ],
      .rows(nulls: .propagate) { values in
        Zone.named(values.text(1)).map { .datetime($0.local(fromUTC: values.long(0))) }
          ?? .null(.datetime)
      }
    ).deciding { _, constants in
      converting(constants) { converter, ticks in converter.local(fromUTC: ticks) }
    },
    ScalarFunction(
      "datetime_local_to_utc", family: "time",
      [FunctionParameter("local", .datetime), zoneParameter], returns: .datetime,
      summary: "The time in UTC at which a zone's clock shows a time.",
      examples: [
        Example(
          "print datetime_local_to_utc(datetime(2024-07-01 13:00), 'Europe/Dublin')",
          output: "2024-07-01T12:00:00.0000000Z")
      ],
      .rows(nulls: .propagate) { values in
        Zone.named(values.text(1)).map { .datetime(utc(fromLocal: values.long(0), in: $0)) }
          ?? .null(.datetime)
      }
    ).deciding { _, constants in
      converting(constants) { converter, ticks in utc(fromLocal: ticks, in: converter.zone) }
    },
    ScalarFunction(
      "datetime_list_timezones", family: "time", [], returns: .dynamic,
      summary: "The names of all zones of this system, as an array.",
      examples: [
        Example(
          "print set_has_element(datetime_list_timezones(), 'Europe/Dublin')", output: "true")
      ],
      .rows(nulls: .handled) { _ in .array(ZoneDatabase.names().map(Dynamic.string)) }),
    ScalarFunction(
      "business_hours", family: "time",
      [
        FunctionParameter("from", .datetime), FunctionParameter("to", .datetime),
        FunctionParameter(
          "calendar", .string, "such as \"mon-fri 08:00-18:00 Europe/Dublin\"", isConstant: true),
      ], returns: .timespan,
      summary: "The working time between two times by a calendar.",
      details:
        "Negative when the second time is earlier. A calendar is `24x7`, or days with hours, "
        + "a zone and `except` with dates.",
      examples: [
        Example(
          "print business_hours(datetime(2024-03-15 16:00), datetime(2024-03-18 10:00), "
            + "'mon-fri 09:00-17:00')", "over a weekend", output: "02:00:00")
      ],
      .rows(nulls: .propagate) { _ in .null(.timespan) }
    ).deciding { _, constants in decideBusinessHours(constants[2]) },
  ]

  /// A clock time that is skipped in spring counts as summer time already.
  private static func utc(fromLocal local: Int64, in zone: Zone) -> Int64 {
    let utc = zone.utc(fromLocal: local)
    return utc - (zone.local(fromUTC: utc) - local)
  }

  private static let zoneParameter = FunctionParameter(
    "zone", .string, "an IANA name such as Europe/Dublin")

  /// A constant zone is looked up once; its converter remembers the span of equal offset.
  private static func converting(
    _ constants: [Scalar?],
    _ body: @escaping @Sendable (inout ZoneConverter, Int64) -> Int64
  ) -> ScalarFunction.Decision? {
    guard let name = constants[1]?.asText else { return nil }
    guard let zone = Zone.named(name) else {
      return .refused("The time zone is not known.")
    }
    return .resolved(
      ScalarFunction.Resolution(
        .datetime,
        .vector { arguments in
          var converter = ZoneConverter(zone)
          return .column(
            Kernels.longs(arguments[0].column(rowCount: arguments.rowCount), type: .datetime) {
              Instant.checked(body(&converter, $0))
            })
        }))
  }

  private static func decideBusinessHours(_ constant: Scalar?) -> ScalarFunction.Decision? {
    guard let text = constant?.asText else { return nil }
    let calendar: BusinessCalendar
    do {
      calendar = try BusinessCalendar(text)
    } catch {
      return .refused(error.message)
    }
    return .resolved(
      ScalarFunction.Resolution(.timespan, .vector { .column(openTimes($0, calendar)) }))
  }

  private static func openTimes(_ arguments: VectorArguments, _ calendar: BusinessCalendar)
    -> Column
  {
    let left = arguments[0].column(rowCount: arguments.rowCount)
    let right = arguments[1].column(rowCount: arguments.rowCount)
    guard case .longs(let from) = left.data, case .longs(let to) = right.data,
      let validity = Optional(Bitmap.intersection(left.validity, right.validity))
    else { return Kernels.nulls(.timespan, arguments.rowCount) }
    var least = Int64.max
    var greatest = Int64.min
    for row in 0..<arguments.rowCount where validity?[row] ?? true {
      least = min(least, from.base[row], to.base[row])
      greatest = max(greatest, from.base[row], to.base[row])
    }
    let table = least <= greatest ? calendar.table(covering: least, greatest) : nil
    let spans = Buffer<Int64>(count: arguments.rowCount) { target in
      for row in 0..<arguments.rowCount where validity?[row] ?? true {
        target[row] = table?.openTime(from: from.base[row], to: to.base[row]) ?? 0
      }
    }
    return Column(.timespan, .longs(spans), validity: validity)
  }
}
