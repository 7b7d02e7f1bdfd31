import Testing
import Weft

/// What adapters do to a model, and what they leave alone. What PEFT makes of the same is in WeftModelsTests.
@Suite struct AdapterTests {
  final class Network: Module {
    let table = Embedding(10, 6, paddingIndex: 0)
    let query = Linear(6, 6)
    let value = Linear(6, 6)
    let head = Linear(6, 2)

    override func forward(_ tokens: Tensor) -> Tensor {
      let x = table(tokens)
      return head((query(x).tanh() * value(x)).mean(axis: 1))
    }
  }

  static let tokens = Tensor([[1, 4, 7, 0], [2, 2, 9, 3]].flatMap { $0 }, shape: [2, 4])

  /// A network, and adapters whose matrices are not zero.
  private static func adapted(_ lora: LoRA, _ seed: UInt64 = 3) throws -> (network: Network, adapters: Adapters) {
    let network = Random.withSeed(1) { Network() }
    let adapters = try Adapters(network, lora)
    randomize(adapters, seed)
    return (network, adapters)
  }

  private static func randomize(_ adapters: Adapters, _ seed: UInt64) {
    for (place, parameter) in adapters.parameters.enumerated() {
      parameter.value = Tensor(normal: parameter.shape, using: RandomStream(seed: seed + UInt64(place)))
    }
  }

  private static func lora() throws -> LoRA {
    try LoRA(rank: 2, alpha: 4, targets: ["query", "value", "table"])
  }

  @Test func aNewAdapterChangesNothingYet() throws {
    let network = Network()
    let before = network(Self.tokens)
    let adapters = try Adapters(network, Self.lora())
    #expect(network(Self.tokens).elementsEqual(before))
    #expect(adapters.layers(of: "default") == ["table", "query", "value"])
    #expect(network.module(named: "query.lora.default") is LowRankAdapter)
    let a = try #require(network.parameter(named: "query.lora.default.A"))
    let b = try #require(network.parameter(named: "query.lora.default.B"))
    #expect(a.shape == [2, 6] && b.shape == [6, 2])
    #expect(b.value.abs().max().item() == 0)
    #expect(a.value.abs().max().item() <= 1 / 6.0.squareRoot() && a.value.abs().max().item() > 0)
    #expect(network.parameter(named: "table.lora.default.A")?.value.abs().max().item() == 0)
    #expect(network.parameters().filter(\.requiresGrad).count == 6)
  }

  /// A merged model is another way to compute the same.
  @Test func whatIsMergedIsTheSame() throws {
    let (network, adapters) = try Self.adapted(Self.lora())
    let (before, weights) = (network(Self.tokens), network.query.weight.value)
    try adapters.merge()
    #expect(adapters.isMerged)
    #expect((network(Self.tokens) - before).abs().max().item() < 1e-5)
    let difference = network.query.weight.value - weights
    let (a, b) = (network.parameter(named: "query.lora.default.A"), network.parameter(named: "query.lora.default.B"))
    let product = try #require(b).value.matmul(try #require(a).value) * 2
    #expect((difference - product).abs().max().item() < 1e-5)
    try adapters.activate(["default", "default"])  // twice is once
    try adapters.merge()
    try adapters.merge()  // once is all
    #expect((network.query.weight.value - weights).elementsEqual(difference))
    adapters.unmerge()
    #expect(network.query.weight.value.elementsEqual(weights) && network(Self.tokens).elementsEqual(before))
  }

  private static let kinds: [(dora: Bool, bias: Bool)] = [(true, false), (false, true)]

  /// Lengths begin as the weights have them, and biases as zero: at first nothing is changed.
  @Test(arguments: kinds) func lengthsAndBiasesBeginAsTheModelIs(_ kind: (dora: Bool, bias: Bool)) throws {
    let network = Network()
    let before = network(Self.tokens)
    let targets: AdapterTargets = kind.bias ? ["query", "value"] : ["query", "value", "table"]
    let adapters = try Adapters(
      network, LoRA(rank: 2, targets: targets, learnsMagnitude: kind.dora, hasBias: kind.bias))
    #expect((network(Self.tokens) - before).abs().max().item() < 1e-6)
    #expect(adapters.parameters.count == (kind.bias ? 6 : 9))
    #expect(network.parameter(named: "query.lora.default.magnitude")?.shape == (kind.dora ? [6] : nil))
    #expect(network.parameter(named: "query.lora.default.bias")?.shape == (kind.bias ? [6] : nil))
    let optimizer = AdamW(adapters.parameters, learningRate: 0.02)
    var losses: [Double] = []
    for _ in 0..<30 {
      let loss = crossEntropy(network(Self.tokens), classIndices: Tensor([0, 1]))
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
      losses.append(loss.item())
    }
    #expect((losses.last ?? 1) < 0.7 * (losses.first ?? 0))
    let learned = network(Self.tokens)
    try adapters.merge()
    #expect((network(Self.tokens) - learned).abs().max().item() < 1e-5)
    #expect((adapters.disabled { network(Self.tokens) } - before).abs().max().item() < 1e-6)
    adapters.unmerge()
    #expect(network(Self.tokens).elementsEqual(learned))
  }

  /// Of whatever kind and in whatever order, several adapters give merged what they give beside the weights.
  @Test func severalKindsAreMergedAsTheyCount() throws {
    let network = Random.withSeed(1) { Network() }
    let adapters = try Adapters(network)
    for (place, kind) in (Self.kinds + [(dora: false, bias: false)]).enumerated() {
      try adapters.add(
        LoRA(rank: 2, targets: ["query", "value"], learnsMagnitude: kind.dora, hasBias: kind.bias), named: "a\(place)")
      Self.randomize(adapters, UInt64(20 + 10 * place))
    }
    for names in [["a0", "a1", "a2"], ["a1", "a0"], ["a2", "a0", "a1"], ["a1", "a2"]] {
      try adapters.activate(names)
      let beside = network(Self.tokens)
      try adapters.merge()
      #expect((network(Self.tokens) - beside).abs().max().item() < 1e-4 * max(1, beside.abs().max().item()), "\(names)")
    }
  }

  /// What dropout hides from the product it hides from the weight that is stretched, but not from the model itself.
  @Test func droppedFeaturesAreNotStretched() throws {
    let layer = Linear(4, 3)
    layer.weight.value = Tensor(ones: [3, 4])
    let adapters = try Adapters(
      Sequential { layer }, LoRA(rank: 1, dropout: 0.5, targets: ["0"], learnsMagnitude: true))
    let magnitude = try #require(layer.parameter(named: "lora.default.magnitude"))
    magnitude.value = magnitude.value * 2
    let (x, plain) = (Tensor(ones: [16, 4]), adapters.disabled { layer(Tensor(ones: [16, 4])) })
    let added = (layer(x) - plain).scalars(as: Double.self)
    // What is left of four ones, each kept one counted twice.
    for value in added {
      let pairs = value / 2
      #expect(abs(pairs - pairs.rounded()) < 1e-5 && (-1e-5..<8.001).contains(value))
    }
    #expect(Set(added.map { Int($0.rounded()) }).count > 1)
    layer.eval()
    #expect((layer(x) - plain - 4).abs().max().item() < 1e-5)
  }

  /// Weights without length stay without, rather than become no numbers.
  @Test func weightsOfZerosLearnToo() throws {
    let layer = Linear(4, 3)
    layer.weight.value = Tensor(zeros: [3, 4])
    let model = Sequential { layer }
    let adapters = try Adapters(model, LoRA(rank: 1, targets: ["0"], learnsMagnitude: true))
    model(Tensor(ones: [2, 4])).sum().backward()
    for parameter in adapters.parameters { #expect(try #require(parameter.grad).isFinite().all().item(as: Bool.self)) }
    try adapters.merge()
    #expect(layer.weight.value.abs().max().item() == 0)
  }

  @Test func lengthsAndBiasesHaveLimits() throws {
    #expect(throws: TensorError.self) { try LoRA(targets: ["query"], learnsMagnitude: true, hasBias: true) }
    #expect(throws: TensorError.self) { try Adapters(Network(), LoRA(targets: ["table"], hasBias: true)) }
    let model = Sequential { Linear(4, 3, bias: false) }
    let adapters = try Adapters(model, LoRA(rank: 1, targets: ["0"], hasBias: true))
    let bias = try #require(model.parameter(named: "0.lora.default.bias"))
    bias.value = Tensor([1, 2, 3], dtype: .float32)
    #expect((model(Tensor(zeros: [1, 4])) - Tensor([[8, 16, 24]], dtype: .float32)).abs().max().item() == 0)
    let error = #expect(throws: TensorError.self) { try adapters.merge() }
    #expect(error?.code == .unsupported && !adapters.isMerged)
  }

  @Test func onlyAdaptersLearn() throws {
    let (network, adapters) = try Self.adapted(Self.lora())
    let before = Dictionary(
      uniqueKeysWithValues: network.namedParameters().map { ($0.name, $0.parameter.value.cloned()) })
    let optimizer = AdamW(adapters.parameters, learningRate: 0.02)
    var losses: [Double] = []
    for _ in 0..<30 {
      let loss = crossEntropy(network(Self.tokens), classIndices: Tensor([0, 1]))
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
      losses.append(loss.item())
    }
    #expect((losses.last ?? 1) < 0.5 * (losses.first ?? 0))
    for (name, parameter) in network.namedParameters() {
      #expect(parameter.value.elementsEqual(try #require(before[name])) == !name.contains(".lora."), "\(name)")
    }
  }

  @Test func adaptersAreSwitchedByName() throws {
    let (network, adapters) = try Self.adapted(Self.lora())
    let first = network(Self.tokens)
    try adapters.add(LoRA(rank: 3, targets: ["head"]), named: "second")
    Self.randomize(adapters, 40)
    let second = network(Self.tokens)
    #expect(adapters.active == ["second"] && adapters.names == ["default", "second"])
    #expect(!second.elementsEqual(first) && adapters.parameters.count == 2)
    try adapters.activate("default")
    #expect(network(Self.tokens).elementsEqual(first) && adapters.parameters.count == 6)
    try adapters.activate(["default", "second"])
    let both = network(Self.tokens)
    #expect(!both.elementsEqual(first) && !both.elementsEqual(second))
    try adapters.merge()
    #expect((network(Self.tokens) - both).abs().max().item() < 1e-5 * max(1, both.abs().max().item()))
    try adapters.activate("second")
    #expect(!adapters.isMerged && network(Self.tokens).elementsEqual(second))
    try adapters.remove("second")
    try adapters.activate([])
    #expect(network(Self.tokens).elementsEqual(adapters.disabled { network(Self.tokens) }))
  }

  @Test func aModelWithoutItsLastAdapterIsWhatItWas() throws {
    let network = Network()
    network.query.weight.requiresGrad = false
    let before = network(Self.tokens)
    let text = network.description
    let adapters = try Adapters(network, LoRA(rank: 2, targets: ["value"], modulesToSave: ["head"]))
    Self.randomize(adapters, 5)
    #expect(!network(Self.tokens).elementsEqual(before))
    try adapters.remove("default")
    #expect(network(Self.tokens).elementsEqual(before) && network.description == text)
    #expect(network.namedParameters().filter { !$0.parameter.requiresGrad }.map(\.name) == ["query.weight"])
  }

  /// Each adapter has its own values of what is saved as a whole, in the same parameters.
  @Test func savedModulesAreThoseOfTheAdapter() throws {
    let network = Network()
    let original = network.head.weight.value
    let adapters = try Adapters(network, LoRA(rank: 2, targets: ["value"], modulesToSave: ["head"]), named: "one")
    #expect(network.head.weight.requiresGrad && network.head.weight.value.elementsEqual(original))
    network.head.weight.value = original + 1
    try adapters.add(LoRA(rank: 2, targets: ["query"], modulesToSave: ["head"]), named: "two")
    #expect(network.head.weight.value.elementsEqual(original))
    network.head.weight.value = original + 2
    try adapters.activate("one")
    #expect(network.head.weight.value.elementsEqual(original + 1))
    let without = adapters.disabled { network.head.weight.value }
    #expect(without.elementsEqual(original))
    try adapters.activate("two")
    #expect(network.head.weight.value.elementsEqual(original + 2))
    try adapters.activate([])
    #expect(network.head.weight.value.elementsEqual(original) && !network.head.weight.requiresGrad)
  }

  @Test func scalesFollowRankAndPattern() throws {
    let lora = try LoRA(
      rank: 4, alpha: 8, targets: "all-linear", isRankStabilized: true, rankPattern: [("value", 1)],
      alphaPattern: [("qu.*", 3)])
    let (network, adapters) = try Self.adapted(lora)
    #expect(adapters.layers(of: "default") == ["query", "value", "head"])
    func part(_ name: String) throws -> LowRankAdapter {
      try #require(network.module(named: name + ".lora.default") as? LowRankAdapter)
    }
    #expect(try part("query").scale == 1.5 && part("query").rank == 4)
    #expect(try part("value").scale == 8 && part("value").rank == 1)
    #expect(try part("head").scale == 4)
  }

  @Test func dropoutIsOfTrainingAlone() throws {
    let (network, _) = try Self.adapted(try LoRA(rank: 2, dropout: 0.5, targets: ["query"]))
    network.eval()
    #expect(network(Self.tokens).elementsEqual(network(Self.tokens)))
    network.train()
    #expect(!network(Self.tokens).elementsEqual(network(Self.tokens)))
  }

  /// A recorded step with adapters is that of the step as it stands, to the bit, dropout and all.
  @Test func stepsAreRecorded() throws {
    func losses(isRecorded: Bool) throws -> [Double] {
      let (network, adapters) = try Self.adapted(try LoRA(rank: 2, dropout: 0.25, targets: ["query", "table"]))
      let optimizer = AdamW(adapters.parameters, learningRate: 0.02)
      @Sendable func step(_ network: Network, _ optimizer: AdamW, _ tokens: Tensor) -> Tensor {
        let loss = crossEntropy(network(tokens), classIndices: Tensor([0, 1]))
        loss.backward()
        optimizer.step()
        optimizer.zeroGrad()
        return loss
      }
      let recorded = Recorded(network, optimizer) { step($0, $1, $2) }
      let losses = try (0..<6).map { _ in
        try (isRecorded ? recorded(Self.tokens) : step(network, optimizer, Self.tokens)).item(as: Double.self)
      }
      if isRecorded { #expect(recorded.program(for: Self.tokens) != nil) }
      return losses
    }
    let recorded = try Random.withSeed(9) { try losses(isRecorded: true) }
    #expect(try Random.withSeed(9) { try losses(isRecorded: false) } == recorded)
  }

  @Test func frozenModelsHaveTheirAdapters() throws {
    let (network, adapters) = try Self.adapted(Self.lora())
    network.eval()
    let frozen = try network.frozen(forBatchesOf: [Self.tokens]) { [network($0[0])] }
    #expect(try frozen(Self.tokens).elementsEqual(network(Self.tokens)))
    try adapters.activate([])
    #expect(try !frozen(Self.tokens).elementsEqual(network(Self.tokens)))
  }

  @Test func narrowWeightsHaveAdaptersInFloat32() throws {
    let network = Network().convert(to: .bfloat16)
    let adapters = try Adapters(network, Self.lora())
    #expect(adapters.parameters.allSatisfy { $0.value.dtype == .float32 })
    #expect(network(Self.tokens).dtype == .bfloat16)
    try adapters.merge()
    #expect(network.query.weight.value.dtype == .bfloat16)
    let wide = Network().convert(to: .float64)
    #expect(try Adapters(wide, Self.lora()).parameters.allSatisfy { $0.value.dtype == .float64 })
  }

  @Test func misuseIsSaid() throws {
    let network = Network()
    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return "nothing"
    }
    #expect(
      message { _ = try Adapters(network, LoRA(rank: 2, targets: ["key"])) } == """
        [LoRA]: expected targets that the model has, got none of names(["key"])
          hint: its modules' names end in head, query, table, value
        """)
    #expect(
      message { _ = try LoRA(rank: 2, targets: "quer(y") } == """
        [LoRA]: expected a regular expression in targets, got "quer(y"
          hint: a list of names needs none: `targets: ["query", "value"]`
        """)
    #expect(message { _ = try LoRA(rank: 0, targets: ["a"]) } == "[LoRA]: expected a rank from 1 to 65536, got 0")
    #expect(
      message { _ = try LoRA(dropout: 1, targets: ["a"]) } == "[LoRA]: expected a dropout from 0 to below 1, got 1.0")
    let stack = Sequential { Sequential { Linear(2, 2) } }
    #expect(
      message { _ = try Adapters(stack, LoRA(targets: ["0"])) } == """
        [LoRA]: expected targets that are linear maps, embeddings or convolutions, got "0", a Sequential
          hint: name the layers inside it
        """)
    let grouped = Sequential { Conv2d(4, 4, kernelSize: 3, groups: 2) }
    #expect(
      message { _ = try Adapters(grouped, LoRA(targets: ["0"])) } == """
        [LoRA]: expected a convolution of all channels, got one in 2 groups
          hint: leave it out of the targets
        """)
    let adapters = try Adapters(network, Self.lora())
    #expect(
      message { try adapters.activate("legal") } == #"[Adapters]: expected one of default, got "legal""#)
    #expect(
      message { try adapters.add(Self.lora()) }
        == #"[Adapters.add]: expected a name that no adapter has, got "default""#)
    #expect(
      message { _ = try Adapters(network) } == """
        [Adapters]: expected a model without adapters, got one that has some
          hint: keep the `Adapters` that added them, and add to it
        """)
    #expect(network.parameters().filter(\.requiresGrad).count == 6)
  }

  @Test func sharedWeightsAreNotMerged() throws {
    let network = Network()
    network.value.weight = network.query.weight
    let adapters = try Adapters(network, LoRA(rank: 2, targets: ["query"]))
    let error = #expect(throws: TensorError.self) { try adapters.merge() }
    #expect(
      "\(error.map { "\($0)" } ?? "")"
        == "[Adapters.merge]: expected weights of one layer each, got one that 2 layers share in query")
    #expect(!adapters.isMerged)
    let normed = Network()
    normed.query.weightNormalized()
    let others = try Adapters(normed, LoRA(rank: 2, targets: ["query"]))
    #expect(throws: TensorError.self) { try others.merge() }
  }
}
