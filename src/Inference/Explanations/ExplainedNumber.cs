using Assay.Inference.Models;
using Assay.Inference.Onnx;
using Assay.Inference.Predictions;
using Assay.Inference.Tensors;

namespace Assay.Inference.Explanations;

/// <summary>
/// Which number of a model's answer is explained for each row: the only one; of classes the probability of the one that is
/// answered, of two of the second; of a class without numbers whether it is still the same.
/// </summary>
internal sealed class ExplainedNumber
{
    private const double Tolerance = 1e-3;
    private readonly int _width;
    private readonly byte[][]? _same;   // what a row was answered with, where that is no number

    private ExplainedNumber(string output, int width, int[] elements, byte[][]? same) => (Output, _width, Elements, _same) = (output, width, elements, same);

    /// <summary>Name of the model's output.</summary>
    public string Output { get; }

    /// <summary>Of each row the place among the numbers that it is answered with.</summary>
    public int[] Elements { get; }

    /// <summary>Of each row the class; null where it is no class, or one without a name.</summary>
    public string?[]? Classes { get; private init; }

    /// <summary>Whether it is a probability, which adds up in log-odds.</summary>
    public bool IsLogOdds { get; private init; }

    /// <summary>Whether rows are answered with several numbers, of which this is one.</summary>
    public bool IsOneOfSeveral => _width > 1;

    /// <param name="model">For what it says of its answers.</param>
    /// <param name="outputs">What the rows were answered with.</param>
    /// <param name="rows">How many they are taken for.</param>
    /// <param name="wish">An output and an element, where somebody asks for them.</param>
    /// <exception cref="RefusedRequestException">There is no such number.</exception>
    public static ExplainedNumber Of(ExplainedModel model, IReadOnlyList<NamedTensor> outputs, int rows, ExplanationWish wish)
    {
        if (wish is { Output: null, Element: null } && model.Answer is { } answer && answer.RowsOf(outputs) == rows)
            return OfAnswer(answer, outputs, rows);
        var output = Chosen(outputs, wish.Output);
        var width = output.Count / rows;
        if (width == 0 || output.Count % rows != 0)
            throw Refused($"output: '{output.Name}' has {output.Count} elements for {rows} rows, which is no number for each.");
        if (!IsNumber(output))
            return new(output.Name, width, new int[rows], Parts(output, rows));
        if (wish.Element is { } element && element >= width)
            throw Refused($"element: a row of '{output.Name}' has {width}, the first of which is 0.");
        return new(output.Name, width, [.. Enumerable.Range(0, rows).Select(row => wish.Element ?? Largest(output, row, width))], null)
        {
            IsLogOdds = model.IsProbability || (width > 1 && AreProbabilities(output, rows, width)),
        };
    }

    /// <summary>The number in an answer to other inputs, for one of the rows that are explained.</summary>
    /// <exception cref="ModelFailedException">The answer has another form.</exception>
    public double In(IReadOnlyList<NamedTensor> outputs, int rows, int row, int explained)
    {
        var number = Plain(outputs, rows, row, explained);
        return IsLogOdds ? LogOdds.Of(number) : number;
    }

    /// <summary>The same as the model answers it.</summary>
    /// <exception cref="ModelFailedException">The answer has another form.</exception>
    public double Plain(IReadOnlyList<NamedTensor> outputs, int rows, int row, int explained)
    {
        var output = outputs.FirstOrDefault(tensor => tensor.Name == Output);
        if (output is null || (_same is null && output.Count != rows * _width))
            throw new ModelFailedException($"The model answers '{Output}' in another form for other inputs, so that it can't be explained.");
        if (_same is not null)
            return Parts(output, rows)[row].AsSpan().SequenceEqual(_same[explained]) ? 1 : 0;
        return TensorNumbers.Get(output, (row * _width) + Elements[explained]);
    }

    private static ExplainedNumber OfAnswer(RowAnswer answer, IReadOnlyList<NamedTensor> outputs, int rows)
    {
        var classes = answer.ClassOutput is null ? null : outputs.FirstOrDefault(output => output.Name == answer.ClassOutput);
        if (answer.NumbersOutput is null || outputs.FirstOrDefault(output => output.Name == answer.NumbersOutput) is not { } numbers)
            return new(classes!.Name, 1, new int[rows], Parts(classes, rows)) { Classes = RowAnswer.NamesOf(classes) };
        var width = numbers.Count / rows;
        if (answer.Task == ModelTask.Regression)
            return new(numbers.Name, width, new int[rows], null);

        // A sequence of maps has its columns in the order of the keys, which stand beside it.
        var columns = outputs.FirstOrDefault(output => output.Name == answer.NumbersOutput + OnnxOutputs.ClassesSuffix) is { } keys
            ? [.. RowAnswer.NamesOf(keys).Select(key => key ?? "")] : answer.Classes;
        var names = classes is null ? null : RowAnswer.NamesOf(classes);
        int[] elements = [.. Enumerable.Range(0, rows).Select(row =>
            answer.Task == ModelTask.Classification ? Math.Max(0, Place(columns, answer.Classes[1]))
            : names?[row] is { } name && Place(columns, name) is >= 0 and var place ? place : Largest(numbers, row, width))];
        return new(numbers.Name, width, elements, null)
        {
            Classes = [.. elements.Select(element => columns[element])],
            IsLogOdds = AreProbabilities(numbers, rows, width),
        };
    }

    private static NamedTensor Chosen(IReadOnlyList<NamedTensor> outputs, string? wanted) => wanted is not null
        ? outputs.FirstOrDefault(output => output.Name == wanted)
            ?? throw Refused($"output: the model answers {string.Join(", ", outputs.Take(8).Select(output => $"'{output.Name}'"))}.")
        : outputs.FirstOrDefault(output => output.Type is TensorType.Fp32 or TensorType.Fp64 or TensorType.Fp16)
            ?? outputs.FirstOrDefault(IsNumber) ?? (outputs.Count > 0 ? outputs[0] : null)
            ?? throw new ModelFailedException("The model answered nothing, so that there is nothing to explain.");

    private static bool IsNumber(NamedTensor output) => output.Type is not (TensorType.Bytes or TensorType.Bf16);

    private static int Place(IReadOnlyList<string> names, string name)
    {
        for (var place = 0; place < names.Count; place++)
        {
            if (names[place] == name)
                return place;
        }

        return -1;
    }

    private static int Largest(NamedTensor numbers, int row, int width)
    {
        var best = 0;
        for (var place = 1; place < width; place++)
        {
            if (TensorNumbers.Get(numbers, (row * width) + place) > TensorNumbers.Get(numbers, (row * width) + best))
                best = place;
        }

        return best;
    }

    private static bool AreProbabilities(NamedTensor numbers, int rows, int width) => Enumerable.Range(0, rows).All(row =>
    {
        var values = Enumerable.Range(row * width, width).Select(at => TensorNumbers.Get(numbers, at)).ToList();
        return values.TrueForAll(value => value is >= -Tolerance and <= 1 + Tolerance) && Math.Abs(values.Sum() - 1) <= Tolerance;
    });

    private static byte[][] Parts(NamedTensor output, int rows)
    {
        var cells = new CellTensor(output, rows);
        return [.. Enumerable.Range(0, rows).Select(row => Enumerable.Range(row * cells.Width, cells.Width).SelectMany(element => cells.Bytes(element).ToArray()).ToArray())];
    }

    private static RefusedRequestException Refused(string message) => new(StatusCodes.Status400BadRequest, "invalid", message);
}
