namespace Assay.Inference.Models;

/// <summary>What a model predicts.</summary>
public enum ModelTask
{
    /// <summary>One of two classes; the prediction is the probability of the positive one.</summary>
    Classification,

    /// <summary>A number.</summary>
    Regression,

    /// <summary>Not known: a model of a kind that Assay keeps, signs and scans without being able to call it.</summary>
    Unknown,

    /// <summary>One of several classes, with their probabilities where the graph gives them; of ONNX graphs alone, see <see cref="RowAnswer"/>.</summary>
    Multiclass,
}

/// <summary>How an input is written in JSON and fed to the graph.</summary>
public enum InputType
{
    /// <summary>JSON number (or true/false as 1/0); an ONNX float tensor of shape [rows, 1]; missing is NaN.</summary>
    Number,

    /// <summary>JSON string; an ONNX string tensor of shape [rows, 1]; missing is the empty string.</summary>
    Category,
}

/// <summary>One input of a model: a column of the table that it was trained on and a tensor of its ONNX graph.</summary>
/// <param name="Name">Column name, and the graph's input name.</param>
/// <param name="Type">Number or category.</param>
/// <param name="Nullable">Whether null is allowed: true when the training dataset had missing values here.</param>
/// <param name="Categories">Every allowed value of a category, ordinal order; null for a number.</param>
public sealed record ModelInput(string Name, InputType Type, bool Nullable, IReadOnlyList<string>? Categories = null);

/// <summary>The typed signature of a model, stored in its package as <c>schema.json</c> and enforced in every protocol.</summary>
/// <param name="Task">What is predicted.</param>
/// <param name="Label">The column that was learned.</param>
/// <param name="Classes">For classification: the negative class, then the positive one; null for regression.</param>
/// <param name="Inputs">In the order in which a row's values are sent.</param>
/// <param name="Output">Name of the graph's output, an ONNX float tensor of shape [rows, 1]: <c>probability</c> or <c>prediction</c>.</param>
public sealed record ModelSchema(
    ModelTask Task,
    string Label,
    IReadOnlyList<string>? Classes,
    IReadOnlyList<ModelInput> Inputs,
    string Output);

/// <summary>The files of a model package that Assay itself reads.</summary>
public static class PackageFiles
{
    /// <summary>What the name of a package's folder is followed by in that of the folder beside it with its papers.</summary>
    public const string PapersSuffix = ".papers";

    /// <summary>The graph: preprocessing and model in one.</summary>
    public const string Model = "model.onnx";

    /// <summary>A <see cref="ModelSchema"/> as JSON.</summary>
    public const string Schema = "schema.json";

    /// <summary>The training data's distribution (<c>Assay.Statistics.Profiles.BaselineProfile</c>) as JSON.</summary>
    public const string Baseline = "baseline.json";

    /// <summary>Metrics on the hold-out rows, cross-validation and the rows' identity, as JSON.</summary>
    public const string Evaluation = "evaluation.json";

    /// <summary>A JSON array with the names of an ONNX graph's classes, in the order of its probabilities, where the graph doesn't tell them.</summary>
    public const string Classes = "classes.json";

    /// <summary>How a model that is no graph is served, as YAML.</summary>
    public const string Serve = "serve.yaml";

    /// <summary>MLflow's description of the model, as YAML.</summary>
    public const string MLmodel = "MLmodel";

    /// <summary>OpenSSF Model Signing bundle over all the other files.</summary>
    public const string Signature = "model.sig";
}
