// One import for everything: tensors and autograd, layers and optimizers, data, files, training.

@_exported import WeftData
@_exported import WeftIO
@_exported import WeftNN
@_exported import WeftTensor
@_exported import WeftTrain
