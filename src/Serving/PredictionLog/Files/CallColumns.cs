using Assay.Serving.PredictionLog.Spill;
using Parquet.Schema;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>The columns of a file: a row per predicted row, and one for a call without any.</summary>
internal sealed class CallColumns
{
    /// <summary>Name of the column with the time; "at" is a word of SQL.</summary>
    public const string BeganAt = "began_at";

    /// <summary>Name of the column with the inputs of a model of tensors.</summary>
    public const string TensorsName = "inputs";

    public readonly DataField Id = new("id", typeof(string), isNullable: false);
    public readonly DateTimeDataField At = new(BeganAt, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros, isNullable: false);
    public readonly DataField Row = new("row", typeof(int), isNullable: true);
    public readonly DataField Rows = new("rows", typeof(int), isNullable: false);
    public readonly DataField Project = new("project", typeof(string), isNullable: false);
    public readonly DataField Endpoint = new("endpoint", typeof(string), isNullable: false);
    public readonly DataField Model = new("model", typeof(string), isNullable: true);
    public readonly DataField Version = new("version", typeof(int), isNullable: true);
    public readonly DataField Digest = new("digest", typeof(string), isNullable: true);
    public readonly DataField Arm = new("arm", typeof(string), isNullable: true);
    public readonly DataField Reason = new("reason", typeof(string), isNullable: true);
    public readonly DataField Outcome = new("outcome", typeof(string), isNullable: false);
    public readonly DataField Status = new("status", typeof(int), isNullable: false);
    public readonly DataField Problem = new("problem", typeof(string), isNullable: true);
    public readonly DataField Caller = new("caller", typeof(string), isNullable: false);
    public readonly DataField ReadMs = new("read_ms", typeof(float), isNullable: false);
    public readonly DataField QueueMs = new("queue_ms", typeof(float), isNullable: false);
    public readonly DataField ComputeMs = new("compute_ms", typeof(float), isNullable: false);
    public readonly DataField WriteMs = new("write_ms", typeof(float), isNullable: false);
    public readonly DataField Prediction = new("prediction", typeof(float), isNullable: true);

    /// <summary>The tensors of a call, as JSON in its first row; null for a table.</summary>
    public readonly DataField? Tensors;

    public CallColumns(IReadOnlyList<LoggedColumn> inputs, bool hasTensors)
    {
        Tensors = hasTensors ? new(TensorsName, typeof(string), isNullable: true) : null;
        Inputs = [.. inputs.Select(input => new DataField(input.Name, input.IsNumber ? typeof(float) : typeof(string), isNullable: true))];
        Schema = new ParquetSchema([
            Id, At, Row, Rows, Project, Endpoint, Model, Version, Digest, Arm, Reason, Outcome, Status, Problem, Caller,
            ReadMs, QueueMs, ComputeMs, WriteMs, Prediction, .. Tensors is null ? [] : (DataField[])[Tensors], .. Inputs]);
    }

    /// <summary>One per column that comes from an input.</summary>
    public DataField[] Inputs { get; }

    public ParquetSchema Schema { get; }

    /// <summary>
    /// Texts that come again and again: each is written once, and faster. Of calls with one row each, no two have the same id;
    /// the writer finds that out by itself.
    /// </summary>
    public IEnumerable<DataField> OfFewValues =>
        [Id, Project, Endpoint, Model, Digest, Arm, Reason, Outcome, Caller, .. Inputs.Where(input => input.ClrType == typeof(string))];
}
