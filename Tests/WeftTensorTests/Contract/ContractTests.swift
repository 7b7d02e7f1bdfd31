import struct Foundation.URL
import Synchronization
import Testing
import WeftContract
import WeftTensor

@Suite("Contract of the operations")
struct ContractTests {
  @Test("Every operation keeps the contract", arguments: OperationCatalog.operations, ContractCheck.all)
  func contract(_ operation: ContractOperation, _ check: ContractCheck) {
    let report = Contract.check(operation.type, [check])
    for failure in report.failures + report.missing { Issue.record("\(failure.message)") }
    Tally.shared.finished(report)
  }

  @Test("Every operation in the sources is known at run time", arguments: OperationCatalog.entries)
  func declaration(_ entry: CatalogEntry) {
    guard let type = entry.type else {
      Issue.record("\(entry.typeName) in \(entry.file) is not found at run time: is it nested, generic or private?")
      return
    }
    for sample in type.samples {
      #expect(Swift.type(of: sample.operation) == type, "a sample of \(entry.typeName) is of another operation")
    }
  }

  @Test func theListHoldsEveryOperationInTheSources() {
    let (listed, declared) = (OperationList.all.map { "\($0)" }, OperationCatalog.entries.map(\.typeName))
    let missing = declared.filter { !listed.contains($0) }
    #expect(missing.isEmpty, "OperationList.swift lacks the lines \(missing.map { "\($0).self," })")
    #expect(listed == listed.sorted() && Set(listed).count == listed.count, "OperationList.swift is not in order")
    #expect(Set(listed).isSubset(of: declared), "OperationList.swift holds what the sources do not declare")
  }

  @Test("Every operation says how its results are proved", arguments: OperationCatalog.operations)
  func oracle(_ operation: ContractOperation) {
    for sample in operation.cases where sample.operation.reference(sample.inputs.map(ReferenceArray.init)) == nil {
      guard let test = operation.type.testedBy else {
        Issue.record("\(sample.label): neither `reference` nor `testedBy`")
        continue
      }
      #expect(Self.testSources.contains("func \(test)("), "\(sample.label): there is no test named \(test)")
    }
  }

  @Test(
    "An operation without floating-point results says that it has no gradient", arguments: OperationCatalog.operations)
  func reasonForNoGradient(_ operation: ContractOperation) throws {
    let hasFloats = try operation.cases.contains { try $0.run().contains(where: \.dtype.isFloatingPoint) }
    #expect(hasFloats || operation.type.whyNotDifferentiable != nil, "`whyNotDifferentiable` is missing")
  }

  /// A check without a comparison passes whatever the rule gives.
  @Test(
    "The gradient and the forward rule of every differentiable operation are compared",
    arguments: OperationCatalog.operations.filter { $0.type.whyNotDifferentiable == nil })
  func rulesAreCompared(_ operation: ContractOperation) {
    let checks = ["the gradient is the slope", "the forward rule is the gradient rule's transpose and the slope"]
    for name in checks {
      let compared = ContractCheck.all.filter { $0.name == name }.map {
        Contract.check(operation.type, [$0]).comparisons
      }
      #expect(compared.count == 1 && compared[0] > 0, "no sample compares: \(name)")
    }
  }

  @Test func namesAreUniqueAndInOneStyle() {
    let types = OperationList.all
    let names = types.flatMap { [$0.name] + $0.formerNames }
    #expect(Set(names).count == names.count)
    for type in types { #expect(type.name.wholeMatch(of: /[a-z][a-zA-Z0-9]*/) != nil, "\(type.name)") }
  }

  @Test func aNameOfBeforeIsReadStill() {
    for type in OperationList.all {
      for name in [type.name] + type.formerNames + ["\(type)"] {
        #expect(OperationList.operation(named: name).map { $0 == type } == true, "\(name)")
      }
    }
    #expect(OperationList.operation(named: "lstm_step")?.name == "lstmStep")
    #expect(OperationList.operation(named: "no such") == nil)
  }

  @Test(
    "An operation's file has its name",
    arguments: Dictionary(grouping: OperationCatalog.entries, by: \.file).values.map { $0 })
  func fileNames(_ entries: [CatalogEntry]) {
    let file = URL(filePath: entries[0].file).deletingPathExtension().lastPathComponent
    #expect(entries.contains { $0.typeName == file }, "\(entries[0].file) declares \(entries.map(\.typeName))")
  }

  @Test func everyAttributeMayBeLeftOutWhereItsInitializerSaysSo() {
    for (name, labels) in OperationCatalog.defaults {
      guard let type = OperationList.all.first(where: { "\($0)" == name }) else { continue }
      let attributes = AttributeList(of: type.samples[0].operation)
      let missing = labels.filter { attributes.names.contains($0) && type.defaults[$0] == nil }
      #expect(
        missing.isEmpty, "`static let defaults` of \(name) lacks \(missing), which its initializer has defaults for")
    }
  }

  private static let testSources = OperationCatalog.sources(below: "Tests").map(\.text).joined(separator: "\n")
}

/// Counts what the contract did, and says so after its last case.
final class Tally: Sendable {
  static let shared = Tally()
  private let comparisons = Atomic<Int>(0)
  private let cases = Atomic<Int>(0)

  func finished(_ report: ContractReport) {
    comparisons.wrappingAdd(report.comparisons, ordering: .relaxed)
    let done = cases.wrappingAdd(1, ordering: .relaxed).newValue
    let operations = OperationCatalog.operations.count
    guard done == operations * ContractCheck.all.count else { return }
    let samples = OperationCatalog.operations.reduce(0) { $0 + $1.type.samples.count }
    let compared = comparisons.load(ordering: .relaxed)
    print(
      "contract: \(operations) operations, \(samples) samples, \(ContractCheck.all.count) checks each:",
      "\(samples * ContractCheck.all.count) generated checks, \(compared) numbers compared")
  }
}
