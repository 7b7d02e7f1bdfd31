import Foundation
import Testing
import Weft

/// How a script ends: with a line and a status, never with a crash.
@Suite struct ScriptTests {
  private struct Failure: Error, CustomStringConvertible { let description = "no data:\n  look elsewhere" }

  @Test func anErrorEndsAScriptInOneLine() async {
    let result = await #expect(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
      runScript { throw Failure() }
      print("not reached")
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.hasSuffix(": no data: look elsewhere\n") && !text.contains("Fatal"), "\(text)")
  }

  @Test func misuseInAScopeEndsAScriptInOneLineToo() async {
    let result = await #expect(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
      await runScript {
        await Task.yield()
        _ = try Tensor(checking: [1.0, 2], shape: [3])
      }
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.hasSuffix(": [Tensor]: expected 3 scalars for shape [3], got 2\n"), "\(text)")
  }

  @Test func misuseEndsAScriptInOneLine() async {
    let here = await #expect(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
      runScript { _ = Tensor(zeros: [2]).matmul(Tensor(zeros: [3])) }
    }
    let elsewhere = await #expect(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
      await runScript {
        await Task.detached { _ = Tensor(zeros: [2]).matmul(Tensor(zeros: [3])) }.value
      }
    }
    for result in [here, elsewhere] {
      let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
      #expect(text.contains(": [matmul]: expected b's axis -1 to have the size of a's last axis, 2, got 3"), "\(text)")
      #expect(text.split(separator: "\n").count == 1 && !text.contains("Fatal"), "\(text)")
    }
  }

  @Test func afterAScriptMisuseIsACrashAgain() async {
    await #expect(processExitsWith: .failure) {
      runScript {}
      runScript { runScript {} }
      _ = Tensor(zeros: [2]).matmul(Tensor(zeros: [3]))
    }
    await #expect(processExitsWith: .exitCode(1)) {
      runScript {
        runScript {}
        _ = Tensor(zeros: [2]).matmul(Tensor(zeros: [3]))
      }
    }
  }

  @Test func aScriptThatSucceedsGoesOn() {
    let value = runScript { 3 }
    #expect(value == 3)
    Interrupt.exitIfReceived()
  }

  @Test func ctrlCEndsAScriptWithItsStatus() async {
    let inLoop = await #expect(processExitsWith: .exitCode(130), observing: [\.standardErrorContent]) {
      Interrupt.install()
      for step in 0..<10 {
        Interrupt.exitIfReceived()
        if step == 3 { raise(SIGINT) }
        #expect(step <= 3)
      }
    }
    let inScript = await #expect(processExitsWith: .exitCode(143), observing: [\.standardErrorContent]) {
      runScript {
        Interrupt.install()
        raise(SIGTERM)
        try Interrupt.check()
      }
    }
    for (result, word) in [(inLoop, "interrupted"), (inScript, "terminated")] {
      let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
      #expect(text.hasSuffix(": \(word)\n") && text.split(separator: "\n").count == 1, "\(text)")
    }
  }
}
