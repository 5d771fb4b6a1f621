namespace Assay.Tracking.Search;

/// <summary>What a comparison is about.</summary>
internal enum SearchEntity
{
    Attribute,
    Metric,
    Param,
    Tag,
    Dataset,
    Metadata,
    Span,
    Feedback,
    Expectation,
    Issue,
    Prompt,
}

/// <summary>One comparison of a filter; all of a filter's must hold.</summary>
/// <param name="Entity">What it is about.</param>
/// <param name="Key">Name of the metric, parameter, tag or attribute; an attribute's has one form, whichever was written.</param>
/// <param name="Operator">In capitals, such as <c>NOT IN</c> or <c>IS NULL</c>.</param>
/// <param name="Value">A double for numbers, a string, a list of strings, or null where the operator says it all.</param>
internal sealed record Comparison(SearchEntity Entity, string Key, string Operator, object? Value);

/// <summary>One wish about the order.</summary>
internal sealed record Ordering(SearchEntity Entity, string Key, bool Descending);

/// <summary>What may be written in filters and orderings of one kind of thing.</summary>
/// <param name="Entities">The words before the dot.</param>
/// <param name="Attributes">Attributes by each of their names, with the one name that is used inside.</param>
/// <param name="Numeric">The attributes that are numbers.</param>
internal record SearchGrammar(
    IReadOnlyDictionary<string, SearchEntity> Entities, IReadOnlyDictionary<string, string> Attributes, IReadOnlySet<string> Numeric)
{
    /// <summary>Attributes that may be compared with a list.</summary>
    public IReadOnlySet<string> Listed { get; init; } = new HashSet<string>();

    /// <summary>Attributes that can be sought but not ordered by.</summary>
    public IReadOnlySet<string> Unordered { get; init; } = new HashSet<string>();

    /// <summary>Attributes of a dataset.</summary>
    public static readonly IReadOnlyList<string> DatasetAttributes = ["name", "digest", "context"];

    private static readonly string[] Texts = ["=", "!=", "LIKE", "ILIKE"];
    private static readonly string[] Numbers = ["=", "!=", ">", ">=", "<", "<="];

    /// <summary>How a refusal of words that are no comparison begins: clients look for MLflow's words.</summary>
    public string NoClauseWords { get; init; } = "Invalid clause(s) in filter string";

    /// <summary>How a refusal of an operator begins.</summary>
    public string WrongWords { get; init; } = "Invalid comparator";

    /// <summary>What a name means beyond its words; a grammar of its own refuses here what it does not know.</summary>
    public virtual (SearchEntity Entity, string Key) Meaning(SearchEntity entity, string key) => (entity, key);

    /// <summary>The refusal of an operator that may not stand beside this key.</summary>
    public virtual Kernel.Refusals.Refusal Wrong(SearchEntity entity, string key, string comparison) =>
        Mlflow.MlflowError.Invalid($"{WrongWords} '{comparison}' not one of '{{{string.Join(", ", Operators(entity, key).Select(one => $"'{one}'"))}}}'");

    /// <summary>The refusal of words that are no comparison.</summary>
    public Kernel.Refusals.Refusal NoClause(string words) => Mlflow.MlflowError.Invalid($"{NoClauseWords}: '{words}'");

    public bool IsNumeric(SearchEntity entity, string key) => entity == SearchEntity.Metric || (entity == SearchEntity.Attribute && Numeric.Contains(key));

    /// <summary>The operators that may stand beside this key.</summary>
    public virtual IReadOnlyList<string> Operators(SearchEntity entity, string key) => entity switch
    {
        _ when IsNumeric(entity, key) => Numbers,
        SearchEntity.Param or SearchEntity.Tag => [.. Texts, "IS NULL", "IS NOT NULL"],
        SearchEntity.Dataset => [.. Texts, "IN", "NOT IN"],
        _ when Listed.Contains(key) => [.. Texts, "IN", "NOT IN"],
        _ => Texts,
    };
}
