using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Assay.Inference.Onnx;
using Assay.Inference.Tensors;

namespace Assay.Inference.Models;

/// <summary>
/// How the answer of an ONNX graph is one class or one number for each row, so that it can be logged by row and compared with
/// a label. Found in the package, without loading the graph.
/// </summary>
public sealed class RowAnswer
{
    /// <summary>Classes that a model may have here.</summary>
    public const int ClassesMax = 1000;

    /// <summary>Classes up to which the probability of each is kept; past it only that of the answered class is.</summary>
    public const int ProbabilitiesMax = 50;

    /// <summary>Rows of a call past which its answers are not kept.</summary>
    public const int RowsMax = 10_000;

    private const float Tolerance = 1e-3f;
    private readonly FrozenDictionary<string, int> _places;

    internal RowAnswer(ModelTask task, IReadOnlyList<string> classes, string? classOutput, string? numbersOutput)
    {
        (Task, Classes, ClassOutput, NumbersOutput) = (task, classes, classOutput, numbersOutput);
        _places = classes.Select((name, place) => KeyValuePair.Create(name, place)).ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>What a row is answered with: a class of two with its probability, a class of several, or a number.</summary>
    public ModelTask Task { get; }

    /// <summary>In the order of the probabilities; empty for a number.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Output with the class of each row; null where it is the one of the largest probability.</summary>
    public string? ClassOutput { get; }

    /// <summary>Output with the probabilities, or the number; null where there is only the class.</summary>
    public string? NumbersOutput { get; }

    /// <summary>Whether each class's probability is kept.</summary>
    public bool KeepsProbabilities => Task == ModelTask.Multiclass && NumbersOutput is not null && Classes.Count <= ProbabilitiesMax;

    /// <summary>Numbers that are kept of a row besides the prediction: the place of the class, and the probabilities.</summary>
    public int Width => Task != ModelTask.Multiclass ? 0 : KeepsProbabilities ? 1 + Classes.Count : 1;

    /// <summary>The same as a schema without inputs, which the log of a graph keeps as JSON and not by column.</summary>
    public ModelSchema Schema => new(Task, "", Classes.Count == 0 ? null : Classes, [], ClassOutput ?? NumbersOutput!);

    /// <summary>How the graph of a package answers; null where it is neither a number nor a class whose name is known for each row.</summary>
    /// <exception cref="InvalidModelException">The package's description can't be read.</exception>
    public static RowAnswer? Of(ModelPackage package) => Graphs.RowAnswerFinder.Find(package);

    /// <summary>Rows of an answer that can be kept; 0 when it has not the form that the package told.</summary>
    public int RowsOf(IReadOnlyList<NamedTensor> outputs)
    {
        var (classes, numbers) = Find(outputs);
        var rows = (classes ?? numbers)?.Shape is [var count, ..] ? count : 0;
        if (rows > RowsMax || (numbers is not null && numbers.Count != rows * NumbersOfRow) || (classes is not null && classes.Count != rows))
            return 0;
        return (Task == ModelTask.Multiclass || numbers is not null) && TryOrder(outputs, out _) ? (int)rows : 0;
    }

    /// <summary>Writes what is kept of an answer of <see cref="RowsOf"/> rows.</summary>
    /// <param name="outputs">The answer.</param>
    /// <param name="predictions">One for each row: the number, the second class's probability of two, or the answered class's of several; NaN where it is not told.</param>
    /// <param name="cells"><see cref="Width"/> numbers for each row.</param>
    public void Write(IReadOnlyList<NamedTensor> outputs, Span<float> predictions, Span<float> cells)
    {
        var (classes, numbers) = Find(outputs);
        var names = classes is null ? null : NamesOf(classes);
        TryOrder(outputs, out var order);
        Span<float> row = stackalloc float[numbers is null ? 0 : NumbersOfRow];
        for (var at = 0; at < predictions.Length; at++)
        {
            for (var place = 0; place < row.Length; place++)
                row[order?[place] ?? place] = (float)TensorNumbers.Get(numbers!, (at * row.Length) + place);
            if (Task == ModelTask.Regression)
                predictions[at] = row[0];
            else if (Task == ModelTask.Classification)
                predictions[at] = AreProbabilities(row) ? row[1] : float.NaN;
            else
                predictions[at] = WriteClass(names?[at], row, cells.Slice(at * Width, Width));
        }
    }

    private int NumbersOfRow => Task == ModelTask.Regression ? 1 : Classes.Count;

    private (NamedTensor? Classes, NamedTensor? Numbers) Find(IReadOnlyList<NamedTensor> outputs)
    {
        NamedTensor? classes = null, numbers = null;
        foreach (var output in outputs)
        {
            if (output.Name == ClassOutput)
                classes = output;
            else if (output.Name == NumbersOutput && output.Type is TensorType.Fp32 or TensorType.Fp64 or TensorType.Fp16)
                numbers = output;
        }

        return (classes, numbers);
    }

    // A sequence of maps has its columns in the order of the keys, which stand beside it: the place of each.
    private bool TryOrder(IReadOnlyList<NamedTensor> outputs, out int[]? order)
    {
        order = null;
        if (outputs.FirstOrDefault(output => output.Name == NumbersOutput + OnnxOutputs.ClassesSuffix) is not { } keys)
            return true;
        order = [.. NamesOf(keys).Select(name => _places.GetValueOrDefault(name ?? "", -1))];
        return order.Length == Classes.Count && order.Order().SequenceEqual(Enumerable.Range(0, order.Length));
    }

    private float WriteClass(string? name, ReadOnlySpan<float> row, Span<float> cells)
    {
        cells.Fill(float.NaN);
        var isSure = row.Length > 0 && AreProbabilities(row);
        var place = name is not null ? _places.GetValueOrDefault(name, -1) : row.Length > 0 ? Largest(row) : -1;
        cells[0] = place;
        if (place < 0 || !isSure)
            return float.NaN;
        if (cells.Length > 1)
            row.CopyTo(cells[1..]);
        return row[place];
    }

    private static int Largest(ReadOnlySpan<float> row)
    {
        var best = 0;
        for (var place = 0; place < row.Length; place++)
        {
            if (float.IsNaN(row[place]))
                return -1;
            best = row[place] > row[best] ? place : best;
        }

        return best;
    }

    // Scores of another kind, such as log-odds, tell a class, and no probability.
    private static bool AreProbabilities(ReadOnlySpan<float> row)
    {
        var sum = 0f;
        foreach (var value in row)
        {
            if (!(value >= -Tolerance && value <= 1 + Tolerance))
                return false;
            sum += value;
        }

        return Math.Abs(sum - 1) <= Tolerance;
    }

    /// <summary>The names of classes that stand in a tensor; null where they are no names.</summary>
    internal static string?[] NamesOf(NamedTensor classes) => classes.Type == TensorType.Bytes
        ? [.. classes.Texts().Select(text => Encoding.UTF8.GetString(text.Span))]
        : [.. Enumerable.Range(0, classes.Count).Select(at => Name(classes, at))];

    private static string? Name(NamedTensor classes, int at) =>
        classes.Type is TensorType.Int64 or TensorType.Int32 ? ((long)TensorNumbers.Get(classes, at)).ToString(CultureInfo.InvariantCulture) : null;
}
