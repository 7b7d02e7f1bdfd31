import Foundation
import Testing
import Weft

/// Every module of torch.nn has its name here, or something that stands for it, or a reason to be left out.
@Suite struct TorchNamesTests {
  /// Losses are functions.
  private static let losses = [
    "BCELoss": "binaryCrossEntropy(probabilities:_:)", "BCEWithLogitsLoss": "binaryCrossEntropy(logits:_:)",
    "CTCLoss": "ctcLoss", "CosineEmbeddingLoss": "cosineEmbeddingLoss", "CrossEntropyLoss": "crossEntropy",
    "GaussianNLLLoss": "gaussianNegativeLogLikelihood", "HingeEmbeddingLoss": "hingeEmbeddingLoss",
    "HuberLoss": "huberLoss", "KLDivLoss": "klDivergence", "L1Loss": "meanAbsoluteError",
    "LinearCrossEntropyLoss": "crossEntropy of a Linear's output", "MSELoss": "meanSquaredError",
    "MarginRankingLoss": "marginRankingLoss", "MultiLabelMarginLoss": "multiLabelMarginLoss",
    "MultiLabelSoftMarginLoss": "multiLabelSoftMarginLoss", "MultiMarginLoss": "multiMarginLoss",
    "NLLLoss": "negativeLogLikelihood", "NLLLoss2d": "negativeLogLikelihood",
    "PoissonNLLLoss": "poissonNegativeLogLikelihood", "SmoothL1Loss": "smoothL1Loss",
    "SoftMarginLoss": "softMarginLoss", "TripletMarginLoss": "tripletMarginLoss",
    "TripletMarginWithDistanceLoss": "tripletMarginLoss with a distance",
  ]

  private static let others = [
    "Container": "Module", "ModuleDict": "a dictionary of modules", "ModuleList": "an array of modules",
    "ParameterDict": "a dictionary of parameters", "ParameterList": "an array of parameters",
    "RNNBase": "RecurrentLayer", "RNNCellBase": "RecurrentCellLayer", "UpsamplingNearest2d": "Upsample",
    "UpsamplingBilinear2d": "Upsample, mode .linear, alignCorners", "CrossMapLRN2d": "LocalResponseNorm",
    "DataParallel": "none: one process computes on one device", "SyncBatchNorm": "none: the same",
  ]

  @Test func everyModuleHasItsNameOrAStandIn() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Goldens/layers")
    let data = try Data(contentsOf: folder.appendingPathComponent("names.json"))
    let names = try JSONDecoder().decode([String].self, from: data)
    #expect(names.count > 150)
    // Transformers are a family of their own, with tests of its own.
    for name in names where !name.hasPrefix("Transformer") {
      let isType = _typeByName("6WeftNN\(name.utf8.count)\(name)C") is Module.Type
      // Layers whose sizes are found on first use: Swift's are known when a model is made.
      let isLeftOut = name.hasPrefix("Lazy") || Self.losses[name] != nil || Self.others[name] != nil
      #expect(isType != isLeftOut, "\(name)")
    }
  }
}
