using Assay.Inference.Graphs;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;
using Assay.Statistics.Attribution;

namespace Assay.Inference.Explanations;

/// <summary>
/// What a coalition of groups of elements is worth: the mean of the explained number when these elements are the row's and the
/// others those of each background row. Asks the model itself, many rows at a time where it takes them.
/// </summary>
internal sealed class TensorGame
{
    private const int TogetherMax = 1024;
    private const int ElementsMax = 1 << 18;   // of a question
    private const double Tolerance = 1e-4;

    private readonly ExplainedModel _model;
    private readonly CellTensor[] _cells;
    private readonly CellTensor[] _background;
    private readonly Deadline _deadline;

    /// <param name="model">Is asked.</param>
    /// <param name="inputs">Of the rows.</param>
    /// <param name="rows">How many the inputs are taken for.</param>
    /// <param name="background">The same inputs of rows that stand for the training data.</param>
    /// <param name="deadline">Until when.</param>
    public TensorGame(ExplainedModel model, IReadOnlyList<NamedTensor> inputs, int rows, IReadOnlyList<NamedTensor> background, Deadline deadline)
    {
        (_model, Rows, _deadline) = (model, rows, deadline);
        BackgroundRows = rows == 1 && background.Zip(inputs).All(pair => pair.First.Shape.SequenceEqual(pair.Second.Shape)) ? 1 : (int)background[0].Shape[0];
        _cells = [.. inputs.Select(input => new CellTensor(input, rows))];
        _background = [.. background.Select(input => new CellTensor(input, BackgroundRows))];
        Together = Math.Clamp(ElementsMax / Math.Max(1, _cells.Sum(input => input.Width)), 1, TogetherMax);
    }

    /// <summary>Rows that are explained.</summary>
    public int Rows { get; }

    public int BackgroundRows { get; }

    /// <summary>Rows that the model is asked about at a time.</summary>
    public int Together { get; private set; }

    /// <summary>An element of a row as it is shown.</summary>
    public object? Value(int input, int row, int element) => _cells[input].Value((row * _cells[input].Width) + element);

    /// <summary>A row as cells; null when that isn't what the cells are of.</summary>
    public float[]? Row(TensorCells cells, int row) => cells.Row(_cells, row);

    /// <summary>A background row as cells.</summary>
    public float[]? BackgroundRow(TensorCells cells, int row) => cells.Row(_background, row);

    /// <summary>Of each element of a row, in the order of the inputs that were sent, its cell.</summary>
    public int[] Places(TensorCells cells) => [.. cells.Places(_cells).SelectMany((first, input) => Enumerable.Range(first, _cells[input].Width))];

    /// <summary>What background rows, as many as go together, are answered with in the place of one that is explained.</summary>
    public async Task<double[]> BackgroundNumbers(ExplainedNumber number, int explained)
    {
        var count = Math.Min(Together, BackgroundRows);
        var answer = await Ask(Take([.. Enumerable.Range(0, count).Select(row => (-1, row))]));
        return [.. Enumerable.Range(0, count).Select(row => number.Plain(answer, count, row, explained))];
    }

    /// <summary>Each row and background row goes alone.</summary>
    public void AskOneByOne() => Together = 1;

    /// <summary>Whether the first row's number is the same without the others.</summary>
    public async Task<bool> IsApart(ExplainedNumber number, IReadOnlyList<NamedTensor> served)
    {
        try
        {
            return IsNear(number.In(await Ask(Take([(0, -1)])), 1, 0, 0), number.In(served, Rows, 0, 0));
        }
        catch (Exception problem) when (problem is InvalidInputException or ModelFailedException)   // not of this size, then
        {
            return false;
        }
    }

    /// <summary>Whether the first row's number is the same beside a background row, so that many may be asked about at a time.</summary>
    /// <exception cref="RefusedRequestException">The background can't be computed at all.</exception>
    public async Task<bool> GoesTogether(ExplainedNumber number, IReadOnlyList<NamedTensor> served)
    {
        try
        {
            var answer = await Ask(Take([(-1, 0), (0, -1)]));
            return IsNear(number.In(answer, 2, 1, 0), number.In(served, Rows, 0, 0));
        }
        catch (Exception problem) when (problem is InvalidInputException or ModelFailedException)
        {
            await AskBackground();
            return false;
        }
    }

    /// <summary>Finds out whether the model can compute the background.</summary>
    /// <exception cref="RefusedRequestException">It can't.</exception>
    public async Task AskBackground()
    {
        try
        {
            await Ask(Take([(-1, 0)]));
        }
        catch (Exception problem) when (problem is InvalidInputException or ModelFailedException)
        {
            throw new RefusedRequestException(
                StatusCodes.Status422UnprocessableEntity, "no-background",
                $"The model can't compute the rows that this one is compared with: {problem.Message} Send several rows and ask with reference=rows, so that they are compared with each other.");
        }
    }

    /// <summary>Seconds that a row takes where as many go together as will.</summary>
    public async Task<double> SecondsPerRow()
    {
        var rows = Enumerable.Repeat((-1, 0), Math.Min(Together, 64)).ToArray();
        var from = TimeProvider.System.GetTimestamp();
        await Ask(Take(rows));
        return TimeProvider.System.GetElapsedTime(from).TotalSeconds / rows.Length;
    }

    /// <summary>What coalitions of a row's groups are worth.</summary>
    public async Task<double[]> Values(CoalitionPlan plan, ElementGroups groups, ExplainedNumber number, int row)
    {
        var values = new double[plan.Count];
        var all = plan.Count * BackgroundRows;
        for (var first = 0; first < all; first += Together)
        {
            var count = Math.Min(Together, all - first);
            var answer = await Ask(Mix(plan, groups, row, first, count));
            for (var at = 0; at < count; at++)
                values[(first + at) / BackgroundRows] += number.In(answer, count, at, row) / BackgroundRows;
        }

        return values;
    }

    /// <summary>Answers inputs, until the deadline.</summary>
    public ValueTask<IReadOnlyList<NamedTensor>> Ask(IReadOnlyList<NamedTensor> inputs) => _deadline.Bound(cancel => _model.Ask(inputs, cancel));

    // Whole rows, of the background where there is no place among the explained ones.
    private NamedTensor[] Take((int Row, int Background)[] rows) => Make(rows.Length, null, (tensor, at, _) =>
        rows[at].Row >= 0 ? (_cells[tensor], rows[at].Row) : (_background[tensor], rows[at].Background));

    private NamedTensor[] Mix(CoalitionPlan plan, ElementGroups groups, int row, int first, int count) => Make(count, groups, (tensor, at, group) =>
    {
        var (coalition, other) = Math.DivRem(first + at, BackgroundRows);
        return plan.Coalition(coalition)[group] == 1 ? (_cells[tensor], row) : (_background[tensor], other);
    });

    // Rows that are put together of pieces, each of which is chosen by its group.
    private NamedTensor[] Make(int rows, ElementGroups? groups, Func<int, int, int, (CellTensor From, int Row)> choose)
    {
        var made = new NamedTensor[_cells.Length];
        for (var tensor = 0; tensor < made.Length; tensor++)
        {
            var cells = _cells[tensor];
            using var bytes = new MemoryStream();
            for (var at = 0; at < rows; at++)
            {
                foreach (var (start, length, group) in groups?.Runs[tensor] ?? [new(0, cells.Width, 0)])
                {
                    var (from, row) = choose(tensor, at, group);
                    bytes.Write(from.Bytes((row * cells.Width) + start, length));
                }
            }

            made[tensor] = new(cells.Tensor.Name, cells.Tensor.Type, CellTensor.ShapeOf(cells.Tensor, Rows, rows), bytes.ToArray());
        }

        return made;
    }

    private static bool IsNear(double one, double other) =>
        (double.IsNaN(one) && double.IsNaN(other)) || one == other || Math.Abs(one - other) <= Tolerance * Math.Max(1, Math.Abs(other));
}
