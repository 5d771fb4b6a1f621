namespace Assay.Inference.Predictions;

/// <summary><c>POST /predict</c>: rows in the schema's order or by name, or MLflow's two forms of a table; problem details.</summary>
public sealed class PlainDialect : PredictionsDialect
{
    /// <summary>The one instance.</summary>
    public static PlainDialect Instance { get; } = new(explains: false);

    /// <summary><c>POST /explain</c>.</summary>
    public static PlainDialect Explaining { get; } = new(explains: true);

    private PlainDialect(bool explains) => Explains = explains;

    internal override bool Explains { get; }

    /// <inheritdoc/>
    public override string Name => "plain";

    /// <inheritdoc/>
    public override Task WriteProblem(HttpContext http, Problem problem) => ProblemAnswer.Write(http, problem);
}
