using System.Buffers;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace Assay.InferenceBench;

/// <summary>The whole way of a request without the network, against the graph alone.</summary>
internal static class InProcess
{
    public static void Measure(string what, WideModel wide, int rows)
    {
        using var model = InferenceModel.Load(wide.File);
        var body = wide.Body(rows, seed: 1);
        using var ready = model.Read(body);
        using var bare = new BareSession(wide, ready);
        var predictions = new float[rows];
        var (whole, alone) = Rate.Compare(
            () =>
            {
                using var read = model.Read(body);
                model.Predict(read, predictions);
                ArrayPool<byte>.Shared.Return(AnswerWriter.Write(predictions).Array!);
            },
            bare.Run);
        Console.WriteLine($"  {what}, {rows,3} rows: {whole * rows,11:N0} rows/s of {alone * rows,11:N0} rows/s alone: ratio {whole / alone:0.00}");
    }

    /// <summary>ONNX Runtime with tensors that are filled once, with the same rows: how fast trees are depends on them.</summary>
    private sealed class BareSession : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly RunOptions _options = new();
        private readonly string[] _names;
        private readonly string[] _outputNames;
        private readonly OrtValue[] _inputs;
        private readonly OrtValue[] _outputs;

        public BareSession(WideModel wide, PredictionRows rows)
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
            _session = new(wide.Graph, options);
            _names = [.. wide.Schema.Inputs.Select(input => input.Name)];
            _outputNames = [wide.Schema.Output];
            _inputs = [.. wide.Schema.Inputs.Select((input, column) => Tensor(input, column, rows))];
            _outputs = [OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [rows.Count, 1])];
        }

        public void Run() => _session.Run(_options, _names, _inputs, _outputNames, _outputs);

        private static OrtValue Tensor(ModelInput input, int column, PredictionRows rows)
        {
            float[] values = [.. Enumerable.Range(0, rows.Count).Select(row => rows.Cells[row * rows.Width + column])];
            if (input.Type == InputType.Number)
            {
                var numbers = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [rows.Count, 1]);
                values.CopyTo(numbers.GetTensorMutableDataAsSpan<float>());
                return numbers;
            }

            var texts = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [rows.Count, 1]);
            for (var row = 0; row < rows.Count; row++)
                texts.StringTensorSetElementAt(values[row] < 0 ? "" : input.Categories![(int)values[row]], row);
            return texts;
        }

        public void Dispose()
        {
            foreach (var tensor in _inputs.Concat(_outputs))
                tensor.Dispose();
            _options.Dispose();
            _session.Dispose();
        }
    }
}
