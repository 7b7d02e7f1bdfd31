import Testing
import Weft
import WeftONNX

/// What nodes may say that few of them do.
@Suite struct RareNodeTests {
  private func problems(_ node: Onnx_NodeProto, inputs: Int) -> String {
    do {
      _ = try OneNode.model([node], inputs: inputs)
      return ""
    } catch {
      return (error as? ONNXError)?.code == .unsupported ? "\(error)" : "another error: \(error)"
    }
  }

  /// Of each operator of ONNX Runtime's it is known what Weft reads.
  @Test func everyOperatorOfONNXRuntimeHasASignature() {
    let names = Set(OperatorTable.names.filter { $0.domain == "com.microsoft" }.map(\.name))
    #expect(names == Set(MicrosoftSignature.all.keys))
  }

  @Test func whatWeftDoesNotReadIsRefused() throws {
    for (name, signature) in MicrosoftSignature.all {
      let inputs = signature.inputs ?? 3
      let plain = OneNode.node(name, inputs: inputs, domain: "com.microsoft")
      #expect(problems(plain, inputs: inputs).isEmpty, "\(name)")
      var more = plain
      more.attribute = [OneNode.attribute("of_tomorrow", [2], isList: false)]
      #expect(problems(more, inputs: inputs).contains("attributes that Weft does not read: of_tomorrow"), "\(name)")
      // What says nothing is no more than nothing.
      more.attribute = [
        OneNode.attribute("of_tomorrow", [0], isList: false), OneNode.attribute("kind", "NONE"),
        OneNode.attribute("factor", 0),
      ]
      #expect(problems(more, inputs: inputs).isEmpty, "\(name)")
      guard signature.inputs != nil else { continue }
      let long = OneNode.node(name, inputs: inputs + 1, domain: "com.microsoft")
      #expect(problems(long, inputs: inputs + 1).contains("has input \(inputs), which Weft does not read"), "\(name)")
    }
  }

  /// It is for those who want to know shapes before.
  @Test(arguments: ["EmbedLayerNormalization", "QEmbedLayerNormalization"])
  func theTypeOfMasksChangesNothing(_ name: String) {
    let inputs = MicrosoftSignature.all[name]?.inputs ?? 0
    let typed = OneNode.attribute("mask_index_type", [1], isList: false)
    #expect(problems(OneNode.node(name, inputs: inputs, domain: "com.microsoft", [typed]), inputs: inputs).isEmpty)
  }

  /// Real signals without the axis of their parts are those with it.
  @Test func signalsMayHaveTwoAxes() throws {
    let x = SampleInput.real([2, 20]).draw(seed: 1).converted(to: .float32)
    let node = OneNode.node("STFT", ["x0", "x1", "", "x2"])
    let flat = try OneNode.run(node, [x, Tensor(4), Tensor(8)])
    #expect(flat.shape == [2, 4, 5, 2])
    #expect(flat.isClose(to: try OneNode.run(node, [x.unsqueezed(-1), Tensor(4), Tensor(8)])))
  }

  @Test func placesOutsideAreNamedAsInTheFile() throws {
    let x = Tensor(zeros: [3, 2])
    for name in ["Gather", "GatherElements"] {
      #expect {
        try OneNode.run(OneNode.node(name, inputs: 2), [x, Tensor([[-7, 0]])])
      } throws: {
        "\($0)".contains("indices in -3 ..< 3, got -7")
      }
    }
  }

  @Test func oneHotWritesOnlyInside() throws {
    let node = OneNode.node("OneHot", inputs: 3, [OneNode.attribute("axis", [0], isList: false)])
    let hot = try OneNode.run(node, [Tensor([0, 2, -1, 5, -4]), Tensor(3), Tensor([7, 9])])
    #expect(hot.shape == [3, 5] && hot.dtype == .int64)
    #expect(hot.scalars(as: Int.self) == [9, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 9, 9, 7, 7])
    #expect {
      try OneNode.run(OneNode.node("OneHot", inputs: 3), [Tensor([0]), Tensor(1 << 39), Tensor([7, 9])])
    } throws: {
      ($0 as? ONNXError)?.code == .outOfMemory
    }
  }

  /// A scale that makes 4 of 7, as PyTorch's `interpolate(scale_factor=0.6, align_corners=True)` is exported: the ends
  /// stay the ends.
  @Test(arguments: ["linear", "cubic"]) func endsStayEndsWhereAnImageShrinks(_ mode: String) throws {
    let node = OneNode.node(
      "Resize", ["x0", "", "x1"],
      [OneNode.attribute("mode", mode), OneNode.attribute("coordinate_transformation_mode", "align_corners")])
    let x = Tensor([4, 1, 2, 0, 9, 5, 7], shape: [1, 1, 7], dtype: .float32)
    let y = try OneNode.run(node, [x, Tensor([1, 1, 0.6], dtype: .float32)])
    #expect(y.scalars(as: Float.self) == [4, 2, 9, 7])
  }

  /// The report of what is lacking names all of it.
  @Test func reportsAreWhole() {
    let nodes = (0..<60).map { OneNode.node("Lacking\($0)", ["x0"], to: [$0 == 59 ? "y" : "v\($0)"]) }
    #expect {
      try OneNode.model(nodes, inputs: 1)
    } throws: { error in
      (0..<60).allSatisfy { "\(error)".contains("Lacking\($0) ") }
    }
  }
}
