// One import for everything: tensors and autograd, layers and optimizers, data, files, texts, training.

@_exported import WeftData
@_exported import WeftIO
@_exported import WeftNN
@_exported import WeftTensor
@_exported import WeftText
@_exported import WeftTrain
