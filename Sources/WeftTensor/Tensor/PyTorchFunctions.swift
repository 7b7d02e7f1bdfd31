// PyTorch's names of functions, for which the compiler offers Weft's.
//
// `scripts/list-pytorch-names` writes this file from the tables of Documentation/PyTorch.md; a test compares the two.

@available(*, unavailable, renamed: "affineGrid(_:size:alignCorners:)") public var affine_grid: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(arange: 5)`") public var arange: Renamed { .init() }
@available(*, unavailable, renamed: "atan2(_:_:)") public var arctan2: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor([1.0, 2.0])`") public var as_tensor: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor([1.0, 2.0])`") public var asarray: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(window:count:periodic:dtype:)`")
public var bartlett_window: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(bernoulli: [2, 3], probability: 0.5)`")
public var bernoulli: Renamed { .init() }
@available(*, unavailable, renamed: "binaryCrossEntropy(probabilities:_:weight:)")
public var binary_cross_entropy: Renamed { .init() }
@available(*, unavailable, renamed: "binaryCrossEntropy(logits:_:weight:)")
public var binary_cross_entropy_with_logits: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(window:count:periodic:dtype:)`")
public var blackman_window: Renamed { .init() }
@available(*, unavailable, renamed: "blockDiagonal(_:)") public var block_diag: Renamed { .init() }
@available(*, unavailable, renamed: "matmul(_:_:dtype:)") public var bmm: Renamed { .init() }
@available(*, unavailable, message: "write `Shape.broadcast(_:_:)`") public var broadcast_shapes: Renamed { .init() }
@available(*, unavailable, renamed: "broadcast(_:)") public var broadcast_tensors: Renamed { .init() }
@available(*, unavailable, renamed: "cartesianProduct(_:)") public var cartesian_prod: Renamed { .init() }
@available(*, unavailable, renamed: "concatenated(_:axis:)") public var cat: Renamed { .init() }
@available(*, unavailable, renamed: "chainProduct(_:)") public var chain_matmul: Renamed { .init() }
@available(*, unavailable, renamed: "stackedAsColumns(_:)") public var column_stack: Renamed { .init() }
@available(*, unavailable, renamed: "concatenated(_:axis:)") public var concat: Renamed { .init() }
@available(*, unavailable, renamed: "concatenated(_:axis:)") public var concatenate: Renamed { .init() }
@available(*, unavailable, renamed: "convolution(_:weight:bias:)") public var conv1d: Renamed { .init() }
@available(*, unavailable, renamed: "convolution(_:weight:bias:)") public var conv2d: Renamed { .init() }
@available(*, unavailable, renamed: "convolution(_:weight:bias:)") public var conv3d: Renamed { .init() }
@available(*, unavailable, renamed: "convolutionTransposed(_:weight:bias:)")
public var conv_transpose1d: Renamed { .init() }
@available(*, unavailable, renamed: "convolutionTransposed(_:weight:bias:)")
public var conv_transpose2d: Renamed { .init() }
@available(*, unavailable, renamed: "convolutionTransposed(_:weight:bias:)")
public var conv_transpose3d: Renamed { .init() }
@available(*, unavailable, renamed: "cosineEmbeddingLoss(_:_:_:margin:)")
public var cosine_embedding_loss: Renamed { .init() }
@available(*, unavailable, renamed: "cosineSimilarity(_:_:axis:)") public var cosine_similarity: Renamed { .init() }
@available(*, unavailable, renamed: "crossEntropy(_:classIndices:weight:)")
public var cross_entropy: Renamed { .init() }
@available(*, unavailable, renamed: "ctcLoss(logProbabilities:targets:inputLengths:targetLengths:blank:)")
public var ctc_loss: Renamed { .init() }
@available(*, unavailable, message: "write `/`") public var divide: Renamed { .init() }
@available(*, unavailable, renamed: "stackedInDepth(_:)") public var dstack: Renamed { .init() }
@available(*, unavailable, renamed: "enableGrad(_:)") public var enable_grad: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(eye: 3)`") public var eye: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor([1.0, 2.0])`") public var from_numpy: Renamed { .init() }
@available(*, unavailable, renamed: "gaussianNegativeLogLikelihood(_:_:variance:full:)")
public var gaussian_nll_loss: Renamed { .init() }
@available(*, unavailable, message: "write `Threads.count`") public var get_num_threads: Renamed { .init() }
@available(*, unavailable, message: "write `Random.generator`") public var get_rng_state: Renamed { .init() }
@available(*, unavailable, message: "write `.>=`") public var greater_equal: Renamed { .init() }
@available(*, unavailable, message: "write `GRU`") public var gru: Renamed { .init() }
@available(*, unavailable, message: "write `GRUCell`") public var gru_cell: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(window:count:periodic:dtype:)`")
public var hamming_window: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(window:count:periodic:dtype:)`")
public var hann_window: Renamed { .init() }
@available(*, unavailable, renamed: "hingeEmbeddingLoss(_:_:margin:)")
public var hinge_embedding_loss: Renamed { .init() }
@available(*, unavailable, renamed: "stackedHorizontally(_:)") public var hstack: Renamed { .init() }
@available(*, unavailable, renamed: "huberLoss(_:_:delta:)") public var huber_loss: Renamed { .init() }
@available(*, unavailable, renamed: "gammaLower(_:_:)") public var igamma: Renamed { .init() }
@available(*, unavailable, renamed: "gammaUpper(_:_:)") public var igammac: Renamed { .init() }
@available(*, unavailable, renamed: "noGrad(_:)") public var inference_mode: Renamed { .init() }
@available(*, unavailable, message: "write `Random.generator`") public var initial_seed: Renamed { .init() }
@available(*, unavailable, message: "write `DType.isFloatingPoint`") public var is_floating_point: Renamed { .init() }
@available(*, unavailable, message: "write `x.shape`") public var is_same_size: Renamed { .init() }
@available(*, unavailable, message: "write `DType.isUnsigned`") public var is_signed: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(window:count:periodic:dtype:)`")
public var kaiser_window: Renamed { .init() }
@available(*, unavailable, renamed: "klDivergence(logProbabilities:_:)") public var kl_div: Renamed { .init() }
@available(*, unavailable, renamed: "meanAbsoluteError(_:_:reduction:)") public var l1_loss: Renamed { .init() }
@available(*, unavailable, message: "write `.<=`") public var less_equal: Renamed { .init() }
@available(*, unavailable, renamed: "crossEntropy(_:classIndices:weight:)")
public var linear_cross_entropy: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(linspace: 0, 1, count: 5)`") public var linspace: Renamed { .init() }
@available(*, unavailable, renamed: "logAddExp(_:_:)") public var logaddexp: Renamed { .init() }
@available(*, unavailable, renamed: "logAddExp2(_:_:)") public var logaddexp2: Renamed { .init() }
@available(*, unavailable, message: "write `.&`") public var logical_and: Renamed { .init() }
@available(*, unavailable, message: "write `.|`") public var logical_or: Renamed { .init() }
@available(*, unavailable, message: "write `.^`") public var logical_xor: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(logspace:_:count:base:)`") public var logspace: Renamed { .init() }
@available(*, unavailable, message: "write `LSTM`") public var lstm: Renamed { .init() }
@available(*, unavailable, message: "write `LSTMCell`") public var lstm_cell: Renamed { .init() }
@available(*, unavailable, message: "write `Random.seed(_:)`") public var manual_seed: Renamed { .init() }
@available(*, unavailable, renamed: "marginRankingLoss(_:_:_:margin:)")
public var margin_ranking_loss: Renamed { .init() }
@available(*, unavailable, renamed: "meshGrid(_:indexing:)") public var meshgrid: Renamed { .init() }
@available(*, unavailable, renamed: "meanSquaredError(_:_:reduction:)") public var mse_loss: Renamed { .init() }
@available(*, unavailable, message: "write `*`") public var mul: Renamed { .init() }
@available(*, unavailable, message: "write `MultiheadAttention`")
public var multi_head_attention_forward: Renamed { .init() }
@available(*, unavailable, renamed: "multiMarginLoss(_:classIndices:power:)")
public var multi_margin_loss: Renamed { .init() }
@available(*, unavailable, renamed: "multiLabelMarginLoss(_:classIndices:reduction:)")
public var multilabel_margin_loss: Renamed { .init() }
@available(*, unavailable, renamed: "multiLabelSoftMarginLoss(_:_:weight:)")
public var multilabel_soft_margin_loss: Renamed { .init() }
@available(*, unavailable, message: "write `*`") public var multiply: Renamed { .init() }
@available(*, unavailable, message: "write `prefix -`") public var neg: Renamed { .init() }
@available(*, unavailable, message: "write `prefix -`") public var negative: Renamed { .init() }
@available(*, unavailable, renamed: "negativeLogLikelihood(logProbabilities:classIndices:weight:)")
public var nll_loss: Renamed { .init() }
@available(*, unavailable, renamed: "noGrad(_:)") public var no_grad: Renamed { .init() }
@available(*, unavailable, message: "write `.!=`") public var not_equal: Renamed { .init() }
@available(*, unavailable, message: "write `x.elementCount`") public var numel: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(ones: [2, 3])`") public var ones: Renamed { .init() }
@available(*, unavailable, renamed: "pairwiseDistance(_:_:order:)") public var pairwise_distance: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(poisson:using:)`") public var poisson: Renamed { .init() }
@available(*, unavailable, renamed: "poissonNegativeLogLikelihood(_:_:isLog:)")
public var poisson_nll_loss: Renamed { .init() }
@available(*, unavailable, message: "write `DType.promoted(_:_:)`") public var promote_types: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(uniform: [2, 3])`") public var rand: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(uniform:low:)`") public var rand_like: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(integers: [2, 3], in: 0..<10)`")
public var randint: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(integers:in:dtype:)`") public var randint_like: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(normal: [2, 3])`") public var randn: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(normal:mean:)`") public var randn_like: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(permutation: 5)`") public var randperm: Renamed { .init() }
@available(*, unavailable, message: "write `DType.promoted(_:_:)`") public var result_type: Renamed { .init() }
@available(*, unavailable, message: "write `RNN`") public var rnn_relu: Renamed { .init() }
@available(*, unavailable, message: "write `RNNCell`") public var rnn_relu_cell: Renamed { .init() }
@available(*, unavailable, message: "write `RNN`") public var rnn_tanh: Renamed { .init() }
@available(*, unavailable, message: "write `RNNCell`") public var rnn_tanh_cell: Renamed { .init() }
@available(*, unavailable, renamed: "stackedVertically(_:)") public var row_stack: Renamed { .init() }
@available(*, unavailable, message: "write `-`") public var rsub: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(_:shape:dtype:)`") public var scalar_tensor: Renamed { .init() }
@available(*, unavailable, renamed: "scaledDotProductAttention(query:key:value:attentionMask:)")
public var scaled_dot_product_attention: Renamed { .init() }
@available(*, unavailable, renamed: "noGrad(_:)") public var set_grad_enabled: Renamed { .init() }
@available(*, unavailable, message: "write `Threads.count`") public var set_num_threads: Renamed { .init() }
@available(*, unavailable, message: "write `Random.generator`") public var set_rng_state: Renamed { .init() }
@available(*, unavailable, renamed: "smoothL1Loss(_:_:beta:)") public var smooth_l1_loss: Renamed { .init() }
@available(*, unavailable, renamed: "softMarginLoss(_:_:reduction:)") public var soft_margin_loss: Renamed { .init() }
@available(*, unavailable, renamed: "stacked(_:axis:)") public var stack: Renamed { .init() }
@available(*, unavailable, message: "write `-`") public var subtract: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor([1.0, 2.0])`") public var tensor: Renamed { .init() }
@available(*, unavailable, renamed: "tensorDot(_:_:axes:)") public var tensordot: Renamed { .init() }
@available(*, unavailable, renamed: "solveTriangular(_:_:upper:left:)") public var triangular_solve: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(trilIndices:_:diagonal:)`")
public var tril_indices: Renamed { .init() }
@available(*, unavailable, renamed: "tripletMarginLoss(anchor:positive:negative:margin:)")
public var triplet_margin_loss: Renamed { .init() }
@available(*, unavailable, renamed: "tripletMarginLoss(anchor:positive:negative:margin:)")
public var triplet_margin_with_distance_loss: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(triuIndices:_:diagonal:)`")
public var triu_indices: Renamed { .init() }
@available(*, unavailable, message: "write `/`") public var true_divide: Renamed { .init() }
@available(*, unavailable, message: "write `Threads.isDeterministic`")
public var use_deterministic_algorithms: Renamed { .init() }
@available(*, unavailable, renamed: "stackedVertically(_:)") public var vstack: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor.where(_:_:_:)`") public var `where`: Renamed { .init() }
@available(*, unavailable, message: "write `Tensor(zeros: [2, 3])`") public var zeros: Renamed { .init() }
