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
    let file = FileBytes(name: "penguins.csv", bytes: Array(penguins.utf8))
    let table = try Table(decoding: file)  // or Table(csv: path)
    print(table)
    let parts = try table.split(validation: 1 / 3, seed: 3, stratifiedBy: "species")

    // What is learned from the data is learned from the rows that are trained on.
    let encoder = try TableEncoder(fitting: parts.train, target: "species")
    let (train, validation) = (try encoder.labeled(parts.train), try encoder.labeled(parts.validation))

    Random.seed(7)
    let model = Sequential {
      Linear(encoder.width, 16); ReLU(); Linear(16, train.classCount)
    }
    let trainer = Trainer(
      classifier: model, AdamW(model.parameters(), learningRate: 0.05), classCount: train.classCount)
    let history = try trainer.fit(
      DataLoader(train, batchSize: 6, shuffle: true), validation: DataLoader(validation, batchSize: 3), epochs: 30)
    print("loss \(history[29].train.loss)")
    let features = try encoder.inputs(of: table)
    let found = noGrad { model(features).argMax(axis: 1) }.scalars(as: Int.self)
    print(found.map { encoder.classes?[$0] ?? "" })
    // End.
    #expect(train.count == 6 && validation.count == 3 && features.shape[0] == 9)
    let learned = noGrad { model(train.inputs).argMax(axis: 1) }
    #expect(learned.elementsEqual(train.labels))
  }
}
