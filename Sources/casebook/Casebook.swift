@main
struct Casebook {
  static func main() {}
}
