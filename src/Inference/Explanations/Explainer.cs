using Assay.Inference.Graphs;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Assay.Statistics.Attribution;
using Assay.Statistics.Profiles;

namespace Assay.Inference.Explanations;

/// <summary>
/// Says of a model's predictions what each input did to them. Reads the graph when it is first asked, and takes the most
/// exact way that the model allows. Safe to use from any number of threads.
/// </summary>
internal sealed class Explainer
{
    // Beyond this our reading of the graph isn't the graph, and the model is explained from the outside.
    internal const double AgreementTolerance = 1e-4;
    private const int CoalitionsByDefault = 2048;
    internal const int Seed = 20;

    private readonly ModelSchema _schema;
    private readonly ModelSession _session;
    private readonly Spread[] _spreads;
    private readonly float[][] _background;
    private readonly ReadModel? _read;
    private readonly ColumnExplainer? _best;

    public Explainer(ModelSchema schema, BaselineProfile baseline, ModelSession session, ReadOnlyMemory<byte> graph)
    {
        (_schema, _session) = (schema, session);
        _spreads = [.. schema.Inputs.Select((input, i) => new Spread(input, baseline.Features[i]))];
        _background = Background.Rows(schema, baseline, ExplanationLimits.BackgroundRows);
        _read = GraphReader.Read(graph, schema) is { } read && IsLogOdds == read.IsLogOdds && Agrees(read) ? read : null;
        _best = _read is null ? null : ColumnExplainer.Best(_read.Score, MeanOf, _background);
    }

    /// <summary>Whether attributions add up in log-odds.</summary>
    public bool IsLogOdds => _schema.Task == ModelTask.Classification;

    /// <summary>The distribution of each input.</summary>
    public IReadOnlyList<Spread> Spreads => _spreads;

    /// <exception cref="InvalidInputException">Too many rows.</exception>
    /// <exception cref="RefusedRequestException">The model can't be explained so, or it takes too long.</exception>
    public ExplanationAnswer Explain(PredictionRows rows, ExplanationWish wish, CancellationToken cancel)
    {
        if (rows.Count > ExplanationLimits.RowsMax)
            throw new InvalidInputException($"The body has more than {ExplanationLimits.RowsMax:N0} rows, the most that are explained at a time. Send them in several requests.");
        using var deadline = new Deadline("Send fewer rows at a time, or ask for fewer coalitions.", cancel);
        if (wish.IsForKernelShap || (wish.Method is null && _best is null))
            return ByKernel(rows, wish, deadline);
        var columns = wish.Method is null || wish.Method == _best?.Method ? _best! : Columns(wish.Method.Value) ?? throw Unfit(wish.Method.Value);
        return ByColumns(rows, columns, deadline);
    }

    private ColumnExplainer? Columns(ExplanationMethod method) => _read is null ? null : ColumnExplainer.For(_read.Score, method, MeanOf, _background);

    private double MeanOf(Slot slot) => _spreads[slot.Input].Mean(slot.Of);

    /// <summary>Asks the model from the outside.</summary>
    public ModelGame Game(Deadline deadline) => new(_session, _background, IsLogOdds, deadline);

    private ExplanationAnswer ByColumns(PredictionRows rows, ColumnExplainer columns, Deadline deadline)
    {
        var served = Game(deadline).Predictions(rows);
        var attributions = new double[rows.Width];
        var explanations = new RowExplanation[rows.Count];
        for (var row = 0; row < rows.Count; row++)
        {
            deadline.Check();
            var cells = rows.Cells.Slice(row * rows.Width, rows.Width);
            var output = columns.Explain(cells, attributions);
            explanations[row] = Row(cells, served[row], output, columns.Base, attributions);
        }

        return Answer(columns.Method, columns.Background, columns.Base, explanations) with { Coalitions = null };
    }

    private ExplanationAnswer ByKernel(PredictionRows rows, ExplanationWish wish, Deadline deadline)
    {
        var coalitions = CoalitionsOf(wish, rows.Width);
        var game = Game(deadline);
        var (served, mean) = (game.Predictions(rows), game.Base());
        var explanations = new RowExplanation[rows.Count];
        for (var row = 0; row < rows.Count; row++)
        {
            var cells = rows.Cells.Slice(row * rows.Width, rows.Width).ToArray();
            void Values(ReadOnlySpan<byte> asked, Span<double> values) => game.Values(cells, asked, values);
            var attributions = IsExact(rows.Width, coalitions) ? ExactShapley.Of(rows.Width, Values) : KernelShap.Of(rows.Width, Values, coalitions, Seed);
            var output = IsLogOdds ? LogOdds.Of(served[row]) : served[row];
            explanations[row] = Row(cells, served[row], output, mean, attributions);
        }

        return Answer(ExplanationMethod.KernelShap, Background.Sentence, mean, explanations) with
        {
            Coalitions = IsExact(rows.Width, coalitions) ? 1 << rows.Width : coalitions,
        };
    }

    internal static bool IsExact(int inputs, int coalitions) => inputs <= ExactShapley.PlayersMax && 1 << inputs <= coalitions;

    internal static int CoalitionsOf(ExplanationWish wish, int inputs)
    {
        if (wish.Coalitions is not { } wanted)
            return CoalitionsByDefault + KernelShap.CoalitionsMin(inputs);
        if (wanted >= KernelShap.CoalitionsMin(inputs) && wanted <= ExplanationLimits.CoalitionsMax)
            return wanted;
        throw new RefusedRequestException(
            StatusCodes.Status400BadRequest, "invalid",
            $"coalitions: a model of {inputs} inputs takes {KernelShap.CoalitionsMin(inputs)} to {ExplanationLimits.CoalitionsMax}, not {wanted}.");
    }

    internal static RefusedRequestException Unfit(ExplanationMethod method) => new(
        StatusCodes.Status400BadRequest, "invalid", method switch
        {
            ExplanationMethod.Linear => "method: linear explains linear models, and this isn't one that could be read. Leave the method out.",
            ExplanationMethod.TreeShap => "method: treeShap needs trees that know how the training rows parted, which this model doesn't have. Leave the method out.",
            _ => "method: backgroundTreeShap explains trees, and this model has none that could be read. Leave the method out.",
        });

    private RowExplanation Row(ReadOnlySpan<float> cells, float prediction, double output, double mean, ReadOnlySpan<double> attributions)
    {
        if (!float.IsFinite(prediction) || !double.IsFinite(output))
            throw new RefusedRequestException(StatusCodes.Status422UnprocessableEntity, "no-prediction", "The model computes no number for one of these rows, so there is nothing to explain.");
        var named = new InputAttribution[attributions.Length];
        var sum = mean;
        for (var input = 0; input < named.Length; input++)
        {
            named[input] = new(_schema.Inputs[input].Name, ValueOf(_schema.Inputs[input], cells[input]), attributions[input]);
            sum += attributions[input];
        }

        return new(prediction, output, named, Math.Abs(sum - output), Math.Abs(prediction - PredictionOf(sum)));
    }

    internal static object? ValueOf(ModelInput input, float cell) => input.Type == InputType.Category
        ? cell == PredictionRows.MissingCategory ? null : input.Categories![(int)cell]
        : float.IsNaN(cell) ? null : cell;

    private ExplanationAnswer Answer(ExplanationMethod method, string background, double mean, RowExplanation[] explanations) => new(
        method, IsLogOdds ? ExplanationSpace.LogOdds : ExplanationSpace.Prediction, background, mean, PredictionOf(mean), null, explanations);

    private double PredictionOf(double output) => IsLogOdds ? LogOdds.Probability(output) : output;

    // Holds what was read from the graph to what the runtime computes of it, on rows like the training data.
    private bool Agrees(ReadModel read)
    {
        using var deadline = new Deadline("", CancellationToken.None);
        double[] outputs;
        try
        {
            outputs = Game(deadline).Outputs(_background);
        }
        catch (RefusedRequestException)   // not done in time: then it can't be held to it
        {
            return false;
        }

        var vector = new float[read.Score.Slots.Length];
        for (var row = 0; row < _background.Length; row++)
        {
            read.Score.Encode(_background[row], vector);
            var (ours, theirs) = (PredictionOf(read.Score.Of(vector)), PredictionOf(outputs[row]));
            if (!(Math.Abs(ours - theirs) <= AgreementTolerance * Math.Max(1, Math.Abs(theirs))))
                return false;
        }

        return true;
    }
}
