import Testing

@testable import WeftTensor
