import Testing
import WeftTensor

/// The whole text of what a program is told when gradients cannot be had.
@Suite struct AutogradErrorTests {
  private let x = Tensor([1.0, 2]).requiringGrad()

  /// The text of the error that `body` ends with, with this file's lines written relative to the call.
  private func message(line: UInt = #line, _ body: () throws -> Void) -> String {
    do {
      try withTensorErrors(body)
      return "no error"
    } catch {
      var text = "\(error)"
      for distance in 0..<30 {
        text.replace("AutogradErrorTests.swift:\(line + UInt(distance))", with: "+\(distance)")
      }
      return text.replacing("WeftTensorTests/", with: "")
    }
  }

  @Test func nothingRequiresAGradient() {
    let text = message { Tensor([1.0, 2]).sum().backward() }
    #expect(
      text == """
        [backward] at +0: expected an output that was recorded from a tensor that requires a gradient, got none: no \
        tensor it was made from requires a gradient (every parameter is frozen, none was used, or its numbers were \
        read out and made into a new tensor)
          output: float32 []
          hint: setting `requiresGrad` on the output itself will not make anything learn
        """)
  }

  @Test func gradientsWereOff() {
    let text = message {
      let loss = noGrad { (x * 2).sum() }
      (loss * 3).backward()
    }
    #expect(
      text == """
        [backward] at +2: expected an output that was recorded from a tensor that requires a gradient, got none: \
        gradients were off, by the `noGrad` opened at +1
          output: float32 []
          hint: setting `requiresGrad` on the output itself will not make anything learn
        """)
  }

  @Test func theHistoryWasDetached() {
    let text = message {
      let loss = x.exp().detach().sum()
      loss.backward()
    }
    #expect(
      text == """
        [backward] at +2: expected an output that was recorded from a tensor that requires a gradient, got none: \
        the history was cut off by `detach()` of a result of `exp` at +1
          output: float32 []
          hint: setting `requiresGrad` on the output itself will not make anything learn
        """)
  }

  @Test func theHistoryEndedAtAnOperationWithoutADerivative() throws {
    let text = message {
      let loss = x.converted(to: .int32).converted(to: .float32).sum()
      _ = try grad(of: loss, with: x)
    }
    #expect(
      text == """
        [backward] at +2: expected an output that was recorded from a tensor that requires a gradient, got none: \
        the history ended at `convert`, which has no derivative: the result is no floating-point tensor
          output: float32 []
          hint: setting `requiresGrad` on the output itself will not make anything learn
        """)
  }

  @Test func theSameOutputTwice() {
    let text = message {
      let loss = (x.exp() * 2).sum()
      loss.backward()
      loss.backward()
    }
    #expect(
      text == """
        [backward] at +3: expected a graph that still holds what it saved, got `multiply`, freed by the pass at +2
          hint: this output went backward before: do it once, or the first time with `retainGraph: true`
        """)
  }

  @Test func aValueCarriedOver() {
    let text = message {
      var hidden = x
      for _ in 0..<2 {
        hidden = (hidden * x).exp()
        hidden.sum().backward()
      }
    }
    #expect(
      text == """
        [backward] at +4: expected a graph that still holds what it saved, got `exp`, freed by the pass at +4
          hint: a result of `exp` (float32 [2]) was carried over from before that pass into `multiply`: `detach()` it \
        in between
        """)
  }

  @Test func twoLossesShareAPart() {
    let text = message {
      let shared = x.exp()
      let (first, second) = (shared.sum(), (shared + 1).sum())
      first.backward()
      second.backward()
    }
    #expect(
      text == """
        [backward] at +4: expected a graph that still holds what it saved, got `exp`, freed by the pass at +3
          hint: two losses share a part of the graph: add them and go backward once, or the first time with \
        `retainGraph: true`
        """)
  }

  @Test func gradientsMissingFromATape() {
    let text = message {
      let tape = GradientTape()
      let (used, unused, plain) = (tape.watch(Tensor([1.0])), tape.watch(Tensor([1.0, 2])), Tensor([3.0]))
      let loss = tape.record { (used * unused.converted(to: .int64)).sum() }
      _ = try tape.gradient(of: loss, with: [used, unused, plain])
    }
    #expect(
      text == """
        [gradient] at +4: expected a gradient for each source, got none for 2 of 3
          source 1 (float32 [2]): not used by the target
          source 2 (float32 [1]): never watched (`watch` returns the tensor to use and to ask for)
          hint: the target also reads a value of which the history ended at `convert`, which has no derivative: the \
        result is no floating-point tensor
        """)
  }

  @Test func aSourceTheOutputDoesNotUse() {
    let text = message {
      let y = Tensor([1.0]).requiringGrad()
      _ = try grad(of: x.sum(), with: y)
    }
    #expect(
      text == """
        [gradient] at +2: expected a gradient for each source, got none for 1 of 1
          the source (float32 [1]): not used by the target
        """)
  }

  @Test func aTapeAskedTwice() {
    let text = message {
      let tape = GradientTape()
      let y = tape.record { (x * x).sum() }
      _ = try tape.gradient(of: y, with: x)
      _ = try tape.gradient(of: y, with: x)
    }
    #expect(
      text == """
        [GradientTape] at +4: expected one request for gradients, got a second one
          hint: `GradientTape(persistent: true)` keeps what it recorded
        """)
  }

  @Test func anOutputOfManyElements() {
    let text = message { (x * x).backward() }
    #expect(
      text == """
        [backward] at +0: expected a single element, got 2 elements
          output: float32 [2]
          hint: reduce to a loss first (`.sum()`, `.mean()`) or pass `gradient:`
        """)
  }

  @Test func aSeedOfAnotherShape() {
    let text = message { (x * x).backward(gradient: Tensor([1.0, 2, 3])) }
    #expect(
      text == """
        [backward] at +0: expected a gradient of the output's shape [2], got [3]
          output: float32 [2]
          gradient: float32 [3]
        """)
  }

  @Test func anIntegerCannotRequireAGradient() {
    let text = message {
      var x = Tensor([1, 2])
      x.requiresGrad = true
    }
    #expect(
      text == """
        [requiresGrad]: expected a floating-point tensor, got int64
          tensor: int64 [2]
          hint: convert it first: `x.converted(to: .float32)`
        """)
  }

  @Test func aValueThatIsNotFiniteForward() {
    let text = message {
      Modes.with({ $0.modulePath = "encoder.0" }) {
        detectAnomalies { _ = Tensor([1.0, 1e30]) * Tensor([2.0, 1e30]) }
      }
    }
    #expect(
      text == """
        [multiply] in encoder.0: expected finite values in the forward pass, got result 0 (float32 [2]): from 2.0 to \
        2.0, 1 of 2 not finite
          input 0 (float32 [2]): from 1.0 to 1.0000000150474662e+30
          input 1 (float32 [2]): from 2.0 to 1.0000000150474662e+30
        """)
  }

  @Test func aValueThatIsNotFiniteBackward() {
    let text = message {
      let zero = Tensor([0.0, 4]).requiringGrad()
      let loss = Modes.with({ $0.modulePath = "head" }) { zero.sqrt() }.sum()
      detectAnomalies { loss.backward() }
    }
    #expect(
      text
        == """
        [sqrt] at +3 in head: expected finite values in the backward pass, got gradient of input 0 (float32 [2]): from \
        0.25 to 0.25, 1 of 2 not finite
        """.replacing("at +3 in head", with: "in head at +3"))
  }

  @Test func infiniteInputsAreDescribedWithoutEnd() {
    let infinite = Tensor([Double.infinity])
    let text = message { detectAnomalies { _ = infinite.exp() } }
    #expect(
      text == """
        [exp]: expected finite values in the forward pass, got result 0 (float32 [1]): none of 1 elements finite
          input 0 (float32 [1]): none of 1 elements finite
        """)
  }
}
