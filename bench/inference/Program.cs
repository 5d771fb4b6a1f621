using System.Globalization;
using Assay.InferenceBench;

// Two models: numbers only, and the mix of a customer table. Each way is measured for a second or two, alternating, and
// what is printed is the ratio: the machine's mood cancels out.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var mixed = new WideModel(numbers: 4, categories: 15, trees: true);
var numbers = new WideModel(numbers: 16, categories: 0, trees: true);

await Console.Out.WriteLineAsync("In process, one thread: JSON to rows to predictions to JSON, against ONNX Runtime alone on ready tensors");
InProcess.Measure("16 numbers", numbers, rows: 1);
InProcess.Measure("16 numbers", numbers, rows: 100);
InProcess.Measure("4 numbers, 15 categories", mixed, rows: 1);
InProcess.Measure("4 numbers, 15 categories", mixed, rows: 100);

await Console.Out.WriteLineAsync("Explanations, one thread: exact Shapley values of 100 trees of 31 leaves per row, against the row's prediction");
Explaining.Measure("16 numbers", numbers, rows: 100);
Explaining.Measure("4 numbers, 15 categories", mixed, rows: 100);

await Console.Out.WriteLineAsync("Over HTTP on loopback, 16 connections: POST /predict, against bare Kestrel that drains the body and answers fixed JSON");
await OverHttp.Measure("16 numbers", numbers, rows: 1);
await OverHttp.Measure("16 numbers", numbers, rows: 100);
await OverHttp.Measure("4 numbers, 15 categories", mixed, rows: 1);
