using Assay.Tracking.Store;

namespace Assay.Registry.Mlflow;

/// <summary>What of a version MLflow shows; its files and documents are left where they are.</summary>
/// <param name="CreatedAt">Milliseconds since 1970.</param>
/// <param name="UpdatedAt">Milliseconds since 1970.</param>
internal sealed record VersionRow(string Model, int Version, string Stage, long CreatedAt, long UpdatedAt)
{
    /// <summary>The columns that <see cref="Read"/> takes, of a table called r.</summary>
    public const string Columns =
        "r.model, r.version, r.stage, r.created_at, r.updated_at, r.description, r.source, r.run_id, r.run_link, r.format";

    public required string? Description { get; init; }

    public required string? Source { get; init; }

    public required string? RunId { get; init; }

    public required string? RunLink { get; init; }

    public required string Format { get; init; }

    public List<KeyValuePair<string, string>> Tags { get; } = [];

    public List<string> Aliases { get; } = [];

    /// <param name="row">The row.</param>
    /// <param name="from">The place of the first of <see cref="Columns"/>.</param>
    public static VersionRow Read(Rows row, int from = 0) => new(
        row.Text(from), (int)row.Integer(from + 1), row.Text(from + 2), row.Integer(from + 3), row.Integer(from + 4))
    {
        Description = row.TextOrNull(from + 5),
        Source = row.TextOrNull(from + 6),
        RunId = row.TextOrNull(from + 7),
        RunLink = row.TextOrNull(from + 8),
        Format = row.Text(from + 9),
    };
}

/// <summary>A model as MLflow shows it: with the newest version of each stage.</summary>
/// <param name="CreatedAt">Milliseconds since 1970.</param>
/// <param name="UpdatedAt">Milliseconds since 1970.</param>
internal sealed record RegisteredModelRow(string Name, long CreatedAt, long UpdatedAt, string? Description)
{
    /// <summary>The columns that <see cref="Read"/> takes, of a table called r.</summary>
    public const string Columns = "r.name, r.created_at, r.updated_at, r.description";

    /// <summary>The stage that was reached by the oldest version first.</summary>
    public List<VersionRow> Latest { get; } = [];

    public List<KeyValuePair<string, string>> Tags { get; } = [];

    public List<(string Alias, int Version)> Aliases { get; } = [];

    public static RegisteredModelRow Read(Rows row) => new(row.Text(0), row.Integer(1), row.Integer(2), row.TextOrNull(3));
}
