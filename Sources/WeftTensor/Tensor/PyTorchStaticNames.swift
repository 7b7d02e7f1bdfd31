// PyTorch's names of what makes tensors, or takes several, for which the compiler offers Weft's.
//
// `scripts/list-pytorch-names` writes this file from the tables of Documentation/PyTorch.md; a test compares the two.

extension Tensor {
  @available(*, unavailable, message: "write `Tensor(arange: 5)`") public static var arange: Renamed { .init() }
  @available(*, unavailable, message: "write `atan2(_:_:)`") public static var arctan2: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor([1.0, 2.0])`") public static var as_tensor: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor([1.0, 2.0])`") public static var asarray: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(window:count:periodic:dtype:)`")
  public static var bartlett_window: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(bernoulli: [2, 3], probability: 0.5)`")
  public static var bernoulli: Renamed { .init() }
  @available(*, unavailable, message: "write `binaryCrossEntropy(logits:_:weight:)`")
  public static var binary_cross_entropy_with_logits: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(window:count:periodic:dtype:)`")
  public static var blackman_window: Renamed { .init() }
  @available(*, unavailable, message: "write `blockDiagonal(_:)`") public static var block_diag: Renamed { .init() }
  @available(*, unavailable, message: "write `matmul(_:_:dtype:)`") public static var bmm: Renamed { .init() }
  @available(*, unavailable, message: "write `broadcast(_:)`") public static var broadcast_tensors: Renamed { .init() }
  @available(*, unavailable, message: "write `cartesianProduct(_:)`")
  public static var cartesian_prod: Renamed { .init() }
  @available(*, unavailable, message: "write `concatenated(_:axis:)`") public static var cat: Renamed { .init() }
  @available(*, unavailable, message: "write `chainProduct(_:)`") public static var chain_matmul: Renamed { .init() }
  @available(*, unavailable, message: "write `stackedAsColumns(_:)`")
  public static var column_stack: Renamed { .init() }
  @available(*, unavailable, message: "write `concatenated(_:axis:)`") public static var concat: Renamed { .init() }
  @available(*, unavailable, message: "write `concatenated(_:axis:)`")
  public static var concatenate: Renamed { .init() }
  @available(*, unavailable, message: "write `convolution(_:weight:bias:)`")
  public static var conv1d: Renamed { .init() }
  @available(*, unavailable, message: "write `convolution(_:weight:bias:)`")
  public static var conv2d: Renamed { .init() }
  @available(*, unavailable, message: "write `convolution(_:weight:bias:)`")
  public static var conv3d: Renamed { .init() }
  @available(*, unavailable, message: "write `convolutionTransposed(_:weight:bias:)`")
  public static var conv_transpose1d: Renamed { .init() }
  @available(*, unavailable, message: "write `convolutionTransposed(_:weight:bias:)`")
  public static var conv_transpose2d: Renamed { .init() }
  @available(*, unavailable, message: "write `convolutionTransposed(_:weight:bias:)`")
  public static var conv_transpose3d: Renamed { .init() }
  @available(*, unavailable, message: "write `cosineEmbeddingLoss(_:_:_:margin:)`")
  public static var cosine_embedding_loss: Renamed { .init() }
  @available(*, unavailable, message: "write `cosineSimilarity(_:_:axis:)`")
  public static var cosine_similarity: Renamed { .init() }
  @available(*, unavailable, message: "write `ctcLoss(logProbabilities:targets:inputLengths:targetLengths:blank:)`")
  public static var ctc_loss: Renamed { .init() }
  @available(*, unavailable, message: "write `stackedInDepth(_:)`") public static var dstack: Renamed { .init() }
  @available(*, unavailable, message: "write `enableGrad(_:)`") public static var enable_grad: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(eye: 3)`") public static var eye: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(full:_:dtype:)`") public static var fill: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor([1.0, 2.0])`") public static var from_numpy: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(full: [2, 3], 1.0)`") public static var full: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(window:count:periodic:dtype:)`")
  public static var hamming_window: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(window:count:periodic:dtype:)`")
  public static var hann_window: Renamed { .init() }
  @available(*, unavailable, message: "write `hingeEmbeddingLoss(_:_:margin:)`")
  public static var hinge_embedding_loss: Renamed { .init() }
  @available(*, unavailable, message: "write `stackedHorizontally(_:)`") public static var hstack: Renamed { .init() }
  @available(*, unavailable, message: "write `gammaLower(_:_:)`") public static var igamma: Renamed { .init() }
  @available(*, unavailable, message: "write `gammaUpper(_:_:)`") public static var igammac: Renamed { .init() }
  @available(*, unavailable, message: "write `noGrad(_:)`") public static var inference_mode: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(window:count:periodic:dtype:)`")
  public static var kaiser_window: Renamed { .init() }
  @available(*, unavailable, message: "write `klDivergence(logProbabilities:_:)`")
  public static var kl_div: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(linspace: 0, 1, count: 5)`")
  public static var linspace: Renamed { .init() }
  @available(*, unavailable, message: "write `logAddExp(_:_:)`") public static var logaddexp: Renamed { .init() }
  @available(*, unavailable, message: "write `logAddExp2(_:_:)`") public static var logaddexp2: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(logspace:_:count:base:)`")
  public static var logspace: Renamed { .init() }
  @available(*, unavailable, message: "write `marginRankingLoss(_:_:_:margin:)`")
  public static var margin_ranking_loss: Renamed { .init() }
  @available(*, unavailable, message: "write `meshGrid(_:indexing:)`") public static var meshgrid: Renamed { .init() }
  @available(*, unavailable, message: "write `matmul(_:_:dtype:)`") public static var mm: Renamed { .init() }
  @available(*, unavailable, message: "write `matmul(_:_:dtype:)`") public static var mv: Renamed { .init() }
  @available(*, unavailable, message: "write `noGrad(_:)`") public static var no_grad: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(normal:deviation:using:)`")
  public static var normal: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(ones: [2, 3])`") public static var ones: Renamed { .init() }
  @available(*, unavailable, message: "write `pairwiseDistance(_:_:order:)`")
  public static var pairwise_distance: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(poisson:using:)`") public static var poisson: Renamed { .init() }
  @available(*, unavailable, message: "write `poissonNegativeLogLikelihood(_:_:isLog:)`")
  public static var poisson_nll_loss: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(uniform: [2, 3])`") public static var rand: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(uniform:low:)`") public static var rand_like: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(integers: [2, 3], in: 0..<10)`")
  public static var randint: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(integers:in:dtype:)`")
  public static var randint_like: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(normal: [2, 3])`") public static var randn: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(normal:mean:)`") public static var randn_like: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(permutation: 5)`") public static var randperm: Renamed { .init() }
  @available(*, unavailable, message: "write `stackedVertically(_:)`") public static var row_stack: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(_:shape:dtype:)`")
  public static var scalar_tensor: Renamed { .init() }
  @available(*, unavailable, message: "write `noGrad(_:)`") public static var set_grad_enabled: Renamed { .init() }
  @available(*, unavailable, message: "write `stacked(_:axis:)`") public static var stack: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor([1.0, 2.0])`") public static var tensor: Renamed { .init() }
  @available(*, unavailable, message: "write `tensorDot(_:_:axes:)`") public static var tensordot: Renamed { .init() }
  @available(*, unavailable, message: "write `solveTriangular(_:_:upper:left:)`")
  public static var triangular_solve: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(trilIndices:_:diagonal:)`")
  public static var tril_indices: Renamed { .init() }
  @available(*, unavailable, message: "write `tripletMarginLoss(anchor:positive:negative:margin:)`")
  public static var triplet_margin_loss: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(triuIndices:_:diagonal:)`")
  public static var triu_indices: Renamed { .init() }
  @available(*, unavailable, message: "write `stackedVertically(_:)`") public static var vstack: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(zeros: [2, 3])`") public static var zeros: Renamed { .init() }
}
