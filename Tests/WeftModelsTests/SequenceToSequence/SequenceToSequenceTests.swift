import Foundation
import TestSupport
import Testing
import Weft
import WeftModels

/// T5, mT5 and Whisper in small configurations against transformers (Goldens/make_sequence_to_sequence.py).
@Suite struct SequenceToSequenceTests {
  static let texts = ["t5", "t5 gated", "mt5"]
  static let names = texts + ["whisper"]
  /// Sums of some tens of float32 products in another order, over numbers of the order of 1 to 10.
  static let tolerance = 1e-5
  /// The states behind layer upon layer of them, with scores that T5 does not scale.
  static let toleranceOfStates = 2e-5

  /// A case: its model, what it reads, and what is expected.
  private struct Sample {
    let model: SequenceToSequenceModel
    let source, labels: Tensor
    let mask: Tensor?
    let logits, encoder, cached: [Double]
    let states: [[Double]]
    let loss: Double
    let gradients: [String: [Double]]

    init(_ name: String) throws {
      let golden = try SequenceGolden.shared()
      guard name == "whisper" else {
        let own = try #require(golden.cases[name])
        let folder = try SequenceGolden.folder(name)
        model = try withExtendedLifetime(folder) { try ModelFolder(folder.path).sequenceToSequenceModel() }
        (source, mask, labels) = (Tensor(golden.source), Tensor(golden.mask), Tensor(golden.labels))
        (logits, encoder, cached, states) = (own.logits, own.encoder, own.cached, own.states)
        (loss, gradients) = (own.loss, own.gradients)
        return
      }
      let own = golden.whisper
      let folder = try SequenceGolden.whisperFolder()
      let recognizer = try withExtendedLifetime(folder) { try SpeechRecognizer(from: folder.path) }
      model = recognizer.model
      let sounds = [try SequenceGolden.sound(0.7), try SequenceGolden.sound(2.9).part(20_000..<36_000)]
      source = stacked(try sounds.map { try recognizer.features(of: $0) }, axis: 0)
      var texts = golden.labels
      texts[1][3] = 40
      (mask, labels) = (nil, Tensor(texts))
      (logits, encoder, cached, states) = (own.logits, own.encoder, own.cached, own.states)
      (loss, gradients) = (own.loss, own.gradients)
    }
  }

  @Test func everyCaseIsTested() throws {
    #expect(try SequenceGolden.shared().cases.keys.sorted() == Self.texts.sorted())
  }

  @Test(arguments: names) func logitsAndStates(_ name: String) throws {
    let sample = try Sample(name)
    let model = sample.model
    let tokens = model.shifted(sample.labels)
    let encoder = noGrad { model.encoderStates(sample.source, attentionMask: sample.mask) }
    let places = Tensor(Array(stride(from: 0, to: encoder.shape[1], by: 4)))
    #expect(relativeDeviation(encoder[0].indexSelected(places, axis: 0), sample.encoder) < Self.tolerance)
    let logits = noGrad { model(sample.source, tokens, attentionMask: sample.mask) }
    let found = logits.indexSelected(Tensor([0, 3]), axis: 1)
    #expect(relativeDeviation(found, sample.logits) < Self.tolerance)
    let states = noGrad { model.hiddenStates(sample.source, tokens, attentionMask: sample.mask) }
    #expect(states.count == sample.states.count)
    for (state, numbers) in zip(states, sample.states) {
      #expect(relativeDeviation(state[0, 5].sliced(axis: 0, to: 6), numbers) < Self.toleranceOfStates)
    }
  }

  @Test(arguments: names) func gradients(_ name: String) throws {
    let sample = try Sample(name)
    let loss = sample.model.loss(sample.source, labels: sample.labels, attentionMask: sample.mask)
    loss.backward()
    #expect(abs(loss.item() - sample.loss) < Self.tolerance * sample.loss)
    var compared = 0
    for (name, parameter) in sample.model.namedParameters() where parameter.requiresGrad {
      let gradient = try #require(parameter.grad, "\(name) has no gradient")
      let numbers = try #require(sample.gradients[name], "PyTorch has no gradient of \(name)")
      // A bias of keys, which softmax takes out, has a gradient of rounding alone.
      let size = max(1, numbers[0])
      #expect(abs(gradient.norm().item() - numbers[0]) < Self.tolerance * size, "\(name)")
      let first = gradient.flattened().sliced(axis: 0, to: 3)
      #expect(deviation(first, Array(numbers.dropFirst())) < Self.tolerance * size, "\(name)")
      compared += 1
    }
    #expect(compared == sample.gradients.count)
  }

  /// Token by token with caches, alone and together with another text, as all at once.
  @Test(arguments: names) func logitsWithACache(_ name: String) throws {
    let sample = try Sample(name)
    let model = sample.model
    let tokens = model.shifted(sample.labels)[0].scalars(as: Int.self)
    let other = model.cache(following: name == "whisper" ? sample.source[1] : sample.source[1, 0..<6])
    let cache = model.cache(following: sample.source[0])
    var (last, start) = (Tensor(0), 0)
    for count in [3] + Array(repeating: 1, count: 4) {
      let part = Array(tokens[start..<(start + count)])
      last =
        start == 4
        ? model.logits(continuing: [(other, [model.startToken, 9]), (cache, part)])[1..<2]
        : model.logits(continuing: [(cache, part)])
      start += count
    }
    #expect(relativeDeviation(last[0], sample.cached) < Self.tolerance)
    #expect(cache.count == 7 && other.count == 2)
    let both = Tensor([[9, 9, 9], [model.startToken, 9, 4]])
    let whole = noGrad { model(sample.source, both, attentionMask: sample.mask) }
    let next = model.logits(continuing: [(other, [4])])
    #expect(relativeDeviation(next[0], whole[1, 2].scalars(as: Double.self)) < Self.tolerance)
  }

  /// What learns lowers its loss; the waves of a sound's positions stay.
  @Test(arguments: ["t5", "whisper"]) func learns(_ name: String) throws {
    let sample = try Sample(name)
    let model = sample.model.train()
    let optimizer = AdamW(model.parameters(), learningRate: 0.01)
    let waves = model.parameter(named: "model.encoder.embed_positions.weight")?.value
    var losses: [Double] = []
    Random.withSeed(1) {
      for _ in 0..<15 {
        let loss = model.loss(sample.source, labels: sample.labels, attentionMask: sample.mask)
        optimizer.zeroGrad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
      }
    }
    #expect((losses.last ?? 9) < (losses.first ?? 0) * 0.8)
    if let waves {
      let after = try #require(model.parameter(named: "model.encoder.embed_positions.weight"))
      #expect(after.value.elementsEqual(waves))
    }
  }

  /// The same names again as in the file: what was trained is read by transformers.
  @Test(arguments: names) func namesAreTheFiles(_ name: String) throws {
    let golden = try SequenceGolden.shared()
    let shapes = name == "whisper" ? golden.whisper.shapes : try #require(golden.cases[name]).shapes
    let model = try Sample(name).model
    #expect(model.state().map(\.name).sorted() == shapes.keys.sorted())
  }

  /// Files of other times: the tied map beside the table, or the table under another name, or names without a prefix.
  @Test func namesOfOtherFilesAreRead() throws {
    let sample = try Sample("t5")
    let folder = try SequenceGolden.folder("t5")
    let all = try TensorFile(folder.path).tensors()
    let table = try #require(all.first { $0.name == "shared.weight" }?.tensor)
    let rest = all.filter { $0.name != "shared.weight" }
    let several = ["shared.weight", "lm_head.weight", "encoder.embed_tokens.weight"]
    for tables in [several, ["encoder.embed_tokens.weight"]] {
      try SafeTensors(rest + tables.map { ($0, table) }).write(to: folder.path + "/model.safetensors")
      let model = try ModelFolder(folder.path).sequenceToSequenceModel()
      let logits = noGrad { model(sample.source, model.shifted(sample.labels), attentionMask: sample.mask) }
      #expect(relativeDeviation(logits.indexSelected(Tensor([0, 3]), axis: 1), sample.logits) < Self.tolerance)
    }
    let whisper = try SequenceGolden.whisperFolder()
    let bare = try TensorFile(whisper.path).tensors().map { (String($0.name.dropFirst("model.".count)), $0.tensor) }
    try SafeTensors(bare).write(to: whisper.path + "/model.safetensors")
    #expect(try SpeechRecognizer(from: whisper.path).languages == ["de", "en", "fr"])
  }

  /// The settings that transformers 5 writes for a T5 of version 1.1.
  @Test func settingsOfNewFoldersAreRead() throws {
    let sample = try Sample("t5 gated")
    let folder = try SequenceGolden.folder("t5 gated")
    try folder.set(["tie_word_embeddings": true, "scale_decoder_outputs": false])
    let model = try ModelFolder(folder.path).sequenceToSequenceModel()
    let logits = noGrad { model(sample.source, model.shifted(sample.labels), attentionMask: sample.mask) }
    #expect(relativeDeviation(logits.indexSelected(Tensor([0, 3]), axis: 1), sample.logits) < Self.tolerance)
  }

  @Test func misuse() throws {
    let sample = try Sample("t5")
    func message(_ body: () -> Tensor) -> String {
      do { _ = try withTensorErrors(body) } catch { return "\(error)" }
      return ""
    }
    let model = sample.model
    #expect(message { model(Tensor([1, 2]), Tensor([[0]])) }.contains("source tokens [batch, positions]"))
    #expect(message { model(Tensor([[1, 2]]), Tensor([[0], [1]])) }.contains("tokens [1, positions]"))
    let mask = Tensor([[1, 1, 1]])
    let masked = message { model(Tensor([[1, 2]]), Tensor([[0]]), attentionMask: mask) }
    #expect(masked.contains("an attention mask [1, 2]"))
    let cache = model.cache(following: Tensor([1, 2]))
    #expect(message { model.logits(continuing: [(cache, [48])]) }.contains("tokens in 0 ..< 48"))
    let whisper = try Sample("whisper").model
    let features = Tensor(zeros: [1, 20, 99])
    #expect(message { whisper(features, Tensor([[41]])) }.contains("features [batch, 20 bands, 100 pieces]"))
    let window = Tensor(zeros: [1, 20, 100])
    let long = Tensor([Array(repeating: 1, count: 33)])
    #expect(message { whisper(window, long) }.contains("at most 32 positions"))
  }
}
