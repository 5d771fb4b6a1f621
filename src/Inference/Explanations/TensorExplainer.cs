using System.Globalization;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;
using Assay.Statistics.Attribution;

namespace Assay.Inference.Explanations;

/// <summary>What a model of tensors answered, and why.</summary>
internal sealed record TensorExplanation(IReadOnlyList<NamedTensor> Outputs, ExplanationAnswer Answer);

/// <summary>
/// Explains a model of tensors: by its trees or its linear function where they could be read, else from the outside by
/// KernelSHAP, whatever computes it. What it asks the model isn't counted as traffic.
/// </summary>
internal sealed class TensorExplainer
{
    private const string Neutral = "one row of zeros and empty texts, since the package has nothing of the training data.";
    private const double ShareOfTime = 0.7;

    private readonly ExplanationWish _wish;
    private readonly IReadOnlyList<NamedTensor> _served;
    private readonly TensorGame _game;
    private readonly ExplainedNumber _number;
    private readonly ScoreExplainer? _scores;
    private readonly ElementGroups _groups;
    private readonly string _background;
    private readonly (int Input, int Element)?[] _alone;   // of groups of one element, which

    private TensorExplainer(
        ExplanationWish wish, IReadOnlyList<NamedTensor> served, TensorGame game, ExplainedNumber number, ScoreExplainer? scores, ElementGroups groups, string background)
    {
        (_wish, _served, _game, _number, _scores, _groups, _background) = (wish, served, game, number, scores, groups, background);
        _alone = new (int, int)?[groups.Names.Length];
        for (var input = 0; input < groups.Runs.Length; input++)
        {
            foreach (var run in groups.Runs[input].Where(run => groups.Sizes[run.Group] == 1))
                _alone[run.Group] = (input, run.Start);
        }
    }

    /// <summary>Answers inputs and says why.</summary>
    /// <exception cref="InvalidInputException">The inputs can't be answered, or are too many rows.</exception>
    /// <exception cref="RefusedRequestException">They can't be explained so, or it takes too long.</exception>
    public static async Task<TensorExplanation> Explain(ExplainedModel model, IReadOnlyList<NamedTensor> inputs, ExplanationWish wish, CancellationToken cancel)
    {
        if (inputs.Sum(input => (long)input.Count) == 0)
            throw new InvalidInputException("The inputs have no elements, so there is nothing to explain.");
        using var deadline = new Deadline("Send fewer rows at a time, or ask for fewer coalitions or groups.", cancel);
        var asked = new TensorGame(model, inputs, 1, inputs, deadline);
        var served = await asked.Ask(inputs);
        var explainer = await Prepare(model, inputs, wish, served, deadline);
        return new(served, explainer._scores is { } scores ? explainer.ByScores(scores, deadline) : await explainer.ByKernel());
    }

    private static async Task<TensorExplainer> Prepare(
        ExplainedModel model, IReadOnlyList<NamedTensor> inputs, ExplanationWish wish, IReadOnlyList<NamedTensor> served, Deadline deadline)
    {
        if (wish is { Method: ExplanationMethod.TreeShap, AgainstRows: true })
            throw new RefusedRequestException(StatusCodes.Status400BadRequest, "invalid", "reference: treeShap compares with the training rows, as the trees carry them. Leave out the reference, or take the method backgroundTreeShap.");
        var (rows, isFree) = RowsOf(model, inputs, served);
        if (rows > ExplanationLimits.RowsMax)
            throw new InvalidInputException($"The inputs have more than {ExplanationLimits.RowsMax:N0} rows, the most that are explained at a time. Send them in several requests.");
        var number = ExplainedNumber.Of(model, served, rows, wish);
        var (background, sentence) = BackgroundOf(model, inputs, rows, wish);
        var game = new TensorGame(model, inputs, rows, background, deadline);
        if (rows > 1 && !await game.IsApart(number, served))
        {
            // What is said of a row hangs on the others, so that only all of them together can be explained.
            (rows, isFree, number) = (1, false, ExplainedNumber.Of(model, served, 1, wish));
            (background, sentence) = BackgroundOf(model, inputs, rows, wish);
            game = new TensorGame(model, inputs, rows, background, deadline);
        }

        if (!isFree)
            await game.AskBackground();
        if (!isFree || !await game.GoesTogether(number, served))
            game.AskOneByOne();
        var scores = model.Read is { } read && !wish.IsForKernelShap ? await ScoreExplainer.Find(read, game, number, served, wish) : null;
        if (scores is null && wish.Method is { } method and not ExplanationMethod.KernelShap)
            throw Explainer.Unfit(method);
        var hasRows = inputs.All(input => input.Shape.Count > 0 && input.Shape[0] == rows);
        var groups = ElementGroups.Make(
            [.. inputs.Select(input => (input.Name, input.Shape.Skip(hasRows ? 1 : 0).Select(size => (int)size).ToArray()))], model.Columns,
            scores is null ? wish.Groups : int.MaxValue);
        return new(wish, served, game, number, scores, groups, sentence);
    }

    // The first dimension is rows where all inputs and the answer share it; whether there may be more of them, its size being free, is another question.
    private static (int Rows, bool IsFree) RowsOf(ExplainedModel model, IReadOnlyList<NamedTensor> inputs, IReadOnlyList<NamedTensor> served)
    {
        if (inputs[0].Shape.Count == 0 || inputs[0].Shape[0] is 0 or > int.MaxValue || inputs.Any(input => input.Shape.Count == 0 || input.Shape[0] != inputs[0].Shape[0]))
            return (1, false);
        var isFree = inputs.All(input => model.Signature.Inputs.FirstOrDefault(spec => spec.Name == input.Name)?.Shape is not [>= 0, ..]);
        var rows = (int)inputs[0].Shape[0];
        return (isFree || rows == 1) && served.All(output => output.Shape.Count > 0 && output.Shape[0] == rows) ? (rows, isFree) : (1, false);
    }

    private static (IReadOnlyList<NamedTensor> Rows, string Sentence) BackgroundOf(ExplainedModel model, IReadOnlyList<NamedTensor> inputs, int rows, ExplanationWish wish)
    {
        if (!wish.AgainstRows)
        {
            return model.Background is { } known
                ? ([.. inputs.Select(input => known.First(tensor => tensor.Name == input.Name))], Background.Sentence)
                : ([.. inputs.Select(input => CellTensor.Neutral(input, rows))], Neutral);
        }

        return rows > 1
            ? (inputs, string.Create(CultureInfo.InvariantCulture, $"the {rows} rows of the request."))
            : throw new RefusedRequestException(StatusCodes.Status400BadRequest, "invalid", "reference: rows compares the rows of the request with each other, and this one has one. Send several.");
    }

    private ExplanationAnswer ByScores(ScoreExplainer scores, Deadline deadline)
    {
        var rows = new RowExplanation[_game.Rows];
        var isShared = IsShared;
        for (var row = 0; row < rows.Length; row++)
        {
            deadline.Check();
            var element = _number.Elements[row];
            var (output, attributions) = scores.Explain(row, element);
            var sum = scores.Base(element) + attributions.Sum();
            rows[row] = Row(row, output, sum, scores.Number(row, element, sum), attributions) with { Base = isShared ? null : scores.Base(element) };
        }

        var first = _number.Elements[0];
        return new(scores.MethodOf(first), scores.Space, scores.BackgroundOf(first) ?? _background, scores.Base(first), scores.BaseNumber(first), null, rows) { ExplainedOutput = _number.Output };
    }

    private bool IsShared => Array.TrueForAll(_number.Elements, element => element == _number.Elements[0]);

    private async Task<ExplanationAnswer> ByKernel()
    {
        var players = _groups.Names.Length;
        var coalitions = await Coalitions(players);
        var plan = Explainer.IsExact(players, coalitions) ? ExactShapley.Plan(players) : KernelShap.Plan(players, coalitions, Explainer.Seed);
        var rows = new RowExplanation[_game.Rows];
        var bases = new double[_game.Rows];
        for (var row = 0; row < rows.Length; row++)
        {
            var values = await _game.Values(plan, _groups, _number, row);
            bases[row] = values[Enumerable.Range(0, plan.Count).First(at => !plan.Coalition(at).Contains((byte)1))];
            var attributions = plan.Solve(values);
            var sum = bases[row] + attributions.Sum();
            rows[row] = Row(row, _number.In(_served, _game.Rows, row, row), sum, PredictionOf(sum), attributions);
        }

        return new(
            ExplanationMethod.KernelShap, _number.IsLogOdds ? ExplanationSpace.LogOdds : ExplanationSpace.Prediction, _background, bases[0], PredictionOf(bases[0]),
            plan.Count, IsShared ? rows : [.. rows.Select((row, at) => row with { Base = bases[at] })])
        {
            ExplainedOutput = _number.Output,
            Grouping = !_groups.AreBlocks ? null : string.Create(
                CultureInfo.InvariantCulture, $"{players} blocks of elements that stand beside each other, named by where they are as NumPy writes it: a row has {_groups.Sizes.Sum():N0} elements."),
        };
    }

    // As many as usual, or, where nobody asked for a number, as many as there is time for.
    private async Task<int> Coalitions(int players)
    {
        var usual = Explainer.CoalitionsOf(_wish, players);
        if (_wish.Coalitions is not null)
            return usual;
        var asked = Explainer.IsExact(players, usual) ? 1 << players : usual;
        var seconds = await _game.SecondsPerRow() * _game.Rows * _game.BackgroundRows;
        var most = ExplanationLimits.TimeMax.TotalSeconds * ShareOfTime / seconds;
        return most >= asked ? usual : Math.Max(KernelShap.CoalitionsMin(players), (int)most);
    }

    private RowExplanation Row(int row, double output, double sum, double sumAsPrediction, double[] attributions)
    {
        var prediction = _number.Plain(_served, _game.Rows, row, row);
        if (!double.IsFinite(output) || !double.IsFinite(sum) || !Array.TrueForAll(attributions, double.IsFinite))
            throw new RefusedRequestException(StatusCodes.Status422UnprocessableEntity, "no-prediction", "The model computes no number for one of these rows, or for what it is compared with, so there is nothing to explain.");
        var named = attributions.Select((attribution, group) => _alone[group] is var (input, element)
            ? new InputAttribution(_groups.Names[group], _game.Value(input, row, element), attribution)
            : new InputAttribution(_groups.Names[group], null, attribution) { Elements = _groups.Sizes[group] });
        return new((float)prediction, output, [.. named], Math.Abs(sum - output), Math.Abs(prediction - sumAsPrediction))
        {
            Class = _number.Classes?[row],
            Element = _number.IsOneOfSeveral ? _number.Elements[row] : null,
        };
    }

    private double PredictionOf(double output) => _number.IsLogOdds ? LogOdds.Probability(output) : output;
}
