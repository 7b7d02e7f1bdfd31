import Testing
import WeftTensor

/// An instruction is listed once in C and once in Swift: the two lists are the same.
@Suite struct InstructionListTests {
  @Test(arguments: Instruction.allCases) func aNumberNamesTheSameInCAndSwift(_ instruction: Instruction) {
    let name = instruction.nameInC?.replacing("_", with: "").lowercased()
    #expect(name == "\(instruction)".lowercased())
  }

  @Test func neitherListIsLonger() { #expect(Instruction.allCases.count == Instruction.countInC) }
}
