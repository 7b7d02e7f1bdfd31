import Testing
import Weft

/// The program of the guide "Data of your own".
@Test func theProgramOfTheDataGuide() async {
  await #expect(processExitsWith: .success) {
    // Program:
    let penguins = """
      bill,mass,island,species
      39.1,3750,Torgersen,Adelie
      37.8,3400,Biscoe,Adelie
      40.3,NA,Torgersen,Adelie
      46.5,3500,Dream,Chinstrap
      50.0,3900,Dream,Chinstrap
      51.3,3650,Dream,Chinstrap
      46.1,5400,Biscoe,Gentoo
      NA,5700,Biscoe,Gentoo
      48.7,4950,Biscoe,Gentoo

      """
    let file = FileBytes(name: "penguins.csv", bytes: Array(penguins.utf8))  // or FileBytes(contentsOf: path)
    let table = try CSV(missing: .nan).table(file)
    let species = try table.categories("species")
    let islands = try table.categories("island")
    let numbers = try Tensor(checking: [table.numbers("bill"), table.numbers("mass")]).transposed()
    let labels = try table.indices("species", in: species)

    // What is learned from the data is learned from the rows that are trained on.
    let (train, validation) = try LabeledTensors(numbers, labels: labels).split(validation: 1 / 3, seed: 3)
    let scaler = try Scaler(fitting: train.batch(at: Array(0..<train.count)).inputs)
    let places = Tensor(try table.indices("island", in: islands)).oneHot(classes: islands.count, dtype: .float32)
    let features = concatenated([scaler.applied(to: numbers, missing: 0), places], axis: 1)
    let data = try LabeledTensors(features, labels: labels, classCount: species.count)

    Random.seed(7)
    let model = Sequential {
      Linear(features.shape[1], 16); ReLU(); Linear(16, species.count)
    }
    let trainer = Trainer(
      classifier: model, AdamW(model.parameters(), learningRate: 0.05), classCount: data.classCount)
    let history = try trainer.fit(
      DataLoader(Subset(data, at: train.indices), batchSize: 6, shuffle: true),
      validation: DataLoader(Subset(data, at: validation.indices), batchSize: 3), epochs: 30)
    print("loss \(history[29].train.loss)")
    let found = noGrad { model(features).argMax(axis: 1) }.scalars(as: Int.self)
    print(found.map { species[$0] })
    // End.
    #expect(train.count == 6 && validation.count == 3 && features.shape == [9, 5])
    #expect(train.indices.allSatisfy { found[$0] == labels[$0] })
  }
}
