// scripts/list-functions writes this file.
extension PublicCall {
  static let parts: [@Sendable (inout [PublicCall]) -> Void] = [
    part1,
    part2,
    part3,
    part4,
    part5,
    part6,
    part7,
    part8,
    part9,
    part10,
    part11,
    part12,
    part13,
    part14,
    part15,
    part16,
    part17,
    part18,
    part19,
    part20,
    part21,
  ]
}
