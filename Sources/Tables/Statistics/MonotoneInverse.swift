/// The least number from zero up at which a rising function reaches a value.
///
/// Bits of positive reals sort as the reals do, so halving their range finds any of them, however
/// small, to its last digit in 63 steps. `upTo` is returned where the value is not reached before.
func leastReaching(
  _ value: Double, upTo limit: Double, _ function: (Double) -> Double
) -> Double {
  var lower: UInt64 = 0
  var upper = limit.bitPattern
  while lower < upper {
    let middle = lower + (upper - lower) / 2
    if function(Double(bitPattern: middle)) >= value { upper = middle } else { lower = middle + 1 }
  }
  return Double(bitPattern: lower)
}
