import Foundation
import TestSupport
import Testing
import Weft
import WeftModels

/// From pictures to classes, vectors and likely texts; folders that are wrong.
@Suite struct ImageTaskTests {
  @Test(arguments: ImageGolden.classifiers) func classesAreThoseOfTransformers(_ family: String) throws {
    let golden = try ImageGolden(family)
    let classifier = try ImageClassifier(from: golden.folder.path)
    let wide = try ImageGolden.picture("wide")
    try golden.check([("wide_logits", try classifier.logits([wide]))])
    let scores = try classifier.classify(wide)
    #expect(abs(scores.map(\.score).reduce(0, +) - 1) < 1e-6 && scores.count == 3)
    let logits = try golden.tensor("wide_logits")
    #expect(scores.first?.index == logits.argMax(axis: 1).item(as: Int.self))
    #expect(try classifier.classify(wide, top: 1).map(\.label) == [classifier.labels[scores[0].index]])
    // More than a batch has.
    let many = try classifier.logits(Array(repeating: wide, count: 18))
    #expect((many - logits).abs().max().item(as: Double.self) < ImageGolden.tolerance)
    #expect(try classifier.classify([]).isEmpty)
  }

  @Test(arguments: ImageGolden.all) func vectorsAreThoseOfTransformers(_ family: String) throws {
    let golden = try ImageGolden(family)
    let embedder = try ImageEmbedder(from: golden.folder.path)
    let wide = try ImageGolden.picture("wide")
    let vector = try embedder.embed(wide)
    #expect(vector.shape == [embedder.dimension] && embedder.dimension == (family == "clip" ? 6 : 8))
    #expect(abs(embedder.similarity(vector, vector).item(as: Double.self) - 1) < 1e-6)
    if ImageGolden.pairs.contains(family) {
      try golden.check([("wide_features", try embedder.embed([wide]))])
    } else {
      let pixels = try embedder.preprocessor([wide])
      let encoder = try golden.folder.imageEncoder(hasPooler: family == "vit")
      let pooled = encoder.pooled(encoder(pixels)).squeezed(0)
      #expect((pooled - vector).abs().max().item(as: Double.self) < 1e-6)
    }
  }

  @Test(arguments: ImageGolden.pairs) func textsAreJudgedAsInTransformers(_ family: String) throws {
    let golden = try ImageGolden(family)
    let classifier = try ZeroShotImageClassifier(from: golden.folder.path)
    let labels = ["cat", "dog", "tree in the house"]
    let wide = try ImageGolden.picture("wide")
    let texts = labels.map { "This is a photo of \($0)." }
    let wanted = try golden.tensor("zero_shot")
    try golden.check([("zero_shot", try classifier.probabilities([wide], texts: texts))])
    let found = try classifier.classify(wide, labels: labels)
    #expect(found.first?.index == wanted.argMax(axis: 1).item(as: Int.self) && found.count == 3)
    for score in found {
      #expect(abs(score.score - wanted[0][score.index].item(as: Float.self)) < 1e-5)
      #expect(score.label == labels[score.index])
    }
    #expect(try classifier.embed(texts: texts).shape == [3, classifier.dimension])
    #expect(try classifier.probabilities([], texts: texts).shape == [0, 3])
    #expect(try classifier.classify([wide], labels: []) == [[]])
  }

  @Test func modelsWithoutTheirPartAreRefused() throws {
    let clip = ModelFiles.imagePath("clip")
    let classifier = #expect(throws: ModelError.self) { try ImageClassifier(from: clip) }
    #expect(
      classifier?.description == "[model.unsupported] \(clip): expected a model with a classifier: classifier.weight; "
        + "found none; `ZeroShotImageClassifier` compares pictures with texts")
    let pairs = #expect(throws: ModelError.self) { try ZeroShotImageClassifier(from: ModelFiles.imagePath("vit")) }
    #expect(pairs?.code == .unsupported)
    let text = #expect(throws: ModelError.self) { try ImageEmbedder(from: ModelFiles.path("bert")) }
    #expect(
      text?.description.hasSuffix(
        "model_type: expected a model that reads pictures: one of vit, dinov2, clip, clip_vision_model, siglip, "
          + "siglip_vision_model; found \"bert\"") == true)
    let copy = try ModelFiles.copy(ofImages: "vit")
    try copy.set(["size": 12], in: "preprocessor_config.json")
    let size = #expect(throws: ModelError.self) { try ImageClassifier(from: copy.path) }
    #expect(
      size?.description.hasSuffix(
        "preprocessor_config.json: expected pictures of the model's 8x8 pixels; found 12x12; "
          + "`interpolatesPositions: true` lets the model read them") == true)
    let other = try ImageClassifier(from: copy.path, interpolatesPositions: true)
    #expect(try other.classify(ImageGolden.picture("tall")).count == 3)
  }

  @Test func wrongSettingsAreNamed() throws {
    let cases: [(String, [String: Any?], String)] = [
      ("vit", ["patch_size": 9], "patch_size: expected patches that fit into pictures of 8x8 pixels; found 9x9"),
      (
        "vit", ["image_size": [8, 8, 8]],
        "image_size: expected a whole number from 1 to 16384, or a height and a width; found [8, 8, 8]"
      ),
      (
        "vit", ["image_size": 16_384, "patch_size": 1],
        "patch_size: expected fewer than 1048576 patches; found 268435456"
      ),
      (
        "dinov2", ["mlp_ratio": 1e300], "mlp_ratio: expected a ratio that makes 8 features 1 to 1048576; found 1e+300"
      ),
      ("dinov2", ["hidden_size": nil], "hidden_size: expected a whole number from 1 to 1048576; found nothing"),
    ]
    for (family, settings, wanted) in cases {
      let copy = try ModelFiles.copy(ofImages: family)
      try copy.set(settings)
      let error = #expect(throws: ModelError.self) { try ImageEmbedder(from: copy.path) }
      #expect(error?.description.hasSuffix("config.json: " + wanted) == true, "\(error as Any)")
    }
    let copy = try ModelFiles.copy(ofImages: "siglip")
    try copy.set(["vision_config": ["vision_use_head": false]])
    let error = #expect(throws: ModelError.self) { try ImageEmbedder(from: copy.path) }
    #expect(error?.description.contains("vision_config.vision_use_head: expected true: a part that pools") == true)
  }

  /// Each setting of each family as another kind of value: an error or none, but no trap.
  @Test(arguments: ImageGolden.all) func settingsOfOtherKindsDoNoHarm(_ family: String) throws {
    let copy = try ModelFiles.copy(ofImages: family)
    let whole = try copy.data("config.json")
    let settings = try #require(try JSONSerialization.jsonObject(with: whole) as? [String: Any])
    let wide = try ImageGolden.picture("wide")
    func open() {
      _ = try? ImageEmbedder(from: copy.path).embed([wide])
      _ = try? ImageClassifier(from: copy.path).classify([wide])
      if ImageGolden.pairs.contains(family) {
        _ = try? ZeroShotImageClassifier(from: copy.path).classify(wide, labels: ["cat"])
      }
    }
    let values: [Any] = [0, -1, 1 << 62, 0.5, "x", [1], [1 << 62, 1], [:]]
    for key in settings.keys.sorted() {
      for value in values {
        try copy.set([key: value])
        open()
        try copy.write(whole, to: "config.json")
      }
      guard let part = settings[key] as? [String: Any] else { continue }
      for inner in part.keys.sorted() {
        for value in values {
          var changed = part
          changed[inner] = value
          try copy.set([key: changed])
          open()
        }
      }
      try copy.write(whole, to: "config.json")
    }
  }

  @Test func filesThatAreCutOffAreRefused() throws {
    let copy = try ModelFiles.copy(ofImages: "vit")
    for name in ["config.json", "preprocessor_config.json", "model.safetensors"] {
      let bytes = try copy.data(name)
      for count in stride(from: 0, to: bytes.count - 1, by: max(1, bytes.count / 20)) {
        try copy.write(bytes.prefix(count), to: name)
        #expect(throws: (any Error).self) { try ImageClassifier(from: copy.path) }
      }
      try copy.write(bytes, to: name)
    }
    #expect(try ImageClassifier(from: copy.path).labels.count == 3)
  }
}
