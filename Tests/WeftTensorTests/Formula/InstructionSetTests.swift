import Foundation
import Testing
import WeftTensor

struct InstructionSetTests {
  /// Going on with another set would let tests pass that tested something else.
  @Test func aNameThatIsNoneEndsTheProcess() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      setenv("WEFT_ISA", "sse9", 1)
      _ = InstructionSet.current
    }
    // Which sets follow the first depends on the machine.
    let start = "WEFT_ISA names the instruction set of Weft's kernels, on this machine one of: baseline"
    let end = ". It is \"sse9\". Without it in the environment, the best one is used. [machine.isa]\n"
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains(start) && text.contains(end), "\(text)")
  }
}
