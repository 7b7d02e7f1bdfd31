import Testing
import Weft
import WeftTrain

/// Files say what they like: what can be no state is an error, not the end of the process.
@Suite struct HostileStateTests {
  private func trainer() -> Trainer<Linear, LabeledBatch> {
    let model = Linear(2, 2)
    return Trainer(classifier: model, SGD(model.parameters()), classCount: 2)
  }

  @Test(arguments: ["-1", "9223372036854775807"]) func countsThatAreNoneAreRefused(number: String) throws {
    let trainer = trainer()
    for name in ["step", "accumulated", "sampleCount"] {
      var state = try trainer.state()
      let text = try #require(state.notes["training"])
      state.notes["training"] = text.replacing("\"\(name)\":0", with: "\"\(name)\":\(number)")
      #expect(state.notes["training"] != text)
      #expect(throws: TensorError.self, "\(name)") { try trainer.restore(state) }
    }
    var state = try trainer.state()
    state.cursor.batch = -1
    #expect(throws: TensorError.self) { try trainer.restore(state) }
    #expect(throws: DecodingError.self) {
      try StateText.decode(LoaderCursor.self, from: "{\"batch\":0,\"epoch\":\(number)}")
    }
  }

  @Test func matricesAreSquareAndOfCounts() throws {
    var matrix = ConfusionMatrix(classCount: 2, ignoring: -100)
    try matrix.update(Tensor([0, 1, 1]), Tensor([0, 0, 1]))
    #expect(try StateText.decode(ConfusionMatrix.self, from: StateText.encode(matrix)) == matrix)
    let plain = ConfusionMatrix(classCount: 3)
    #expect(try StateText.decode(ConfusionMatrix.self, from: StateText.encode(plain)) == plain)
    for counts in ["[]", "[[1,2]]", "[[1],[2]]", "[[-1]]", "[[9223372036854775807]]"] {
      #expect(throws: DecodingError.self, "\(counts)") {
        try StateText.decode(ConfusionMatrix.self, from: "{\"counts\":\(counts)}")
      }
    }
  }

  @Test func namesOfNothingAreKept() {
    let model = Linear(2, 2)
    let names = OptimizerNames(model, SGD(model.parameters()))
    for entry in ["of.", "of.x", "of..x", "of.none.x", "x"] { #expect(names.byNumber(entry) == entry) }
    #expect(names.byNumber("of.bias.momentum") == "1.momentum")
  }

  @Test func aTrainingThatOutlivesItsTrainerSaysSo() {
    let training = trainer().training
    #expect(throws: TensorError.self) { try training.state() }
  }
}
