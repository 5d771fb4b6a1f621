using System.Globalization;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Search;

/// <summary>Reads MLflow's filters, <c>metrics.auc &gt; 0.9 AND tags.team = 'risk'</c>, and orderings, <c>params.lr DESC</c>.</summary>
internal static class FilterParser
{
    public const int LengthMax = 100_000;
    public const int ComparisonsMax = 60;   // a database joins a table for each of them, and can't join more

    /// <exception cref="Kernel.Refusals.Refusal">400, with the words at fault.</exception>
    public static IReadOnlyList<Comparison> Parse(string? filter, SearchGrammar grammar)
    {
        var read = new List<Comparison>();
        if (string.IsNullOrWhiteSpace(filter))
            return read;
        if (filter.Length > LengthMax)
            throw MlflowError.Invalid($"The filter has {filter.Length} characters; at most {LengthMax} are read.");
        var text = new FilterText(filter);
        do
        {
            read.Add(ReadComparison(text, grammar));
            if (read.Count > ComparisonsMax)
                throw MlflowError.Invalid($"The filter has more than {ComparisonsMax} comparisons.");
        }
        while (text.TakeWord("AND"));
        return text.IsAtEnd ? read : throw Clause(text);
    }

    /// <exception cref="Kernel.Refusals.Refusal">400, with the words at fault.</exception>
    public static Ordering ParseOrder(string order, SearchGrammar grammar)
    {
        var text = new FilterText(order);
        if (text.TakeName() is not { } name)
            throw MlflowError.Invalid($"Invalid order_by clause '{order}'. Could not be parsed.");
        var descending = text.TakeWord("DESC");
        if (!descending)
            text.TakeWord("ASC");
        if (!text.IsAtEnd)
            throw MlflowError.Invalid($"Invalid ordering key in order_by clause '{order}'. Write a name, and ASC or DESC after it. Could not be parsed.");
        var (entity, key) = Resolve(name, grammar);
        return entity == SearchEntity.Dataset || (entity == SearchEntity.Attribute && grammar.Unordered.Contains(key))
            ? throw MlflowError.Invalid($"Invalid order_by entity '{order}': it can't be ordered by.")
            : new(entity, key, descending);
    }

    private static Comparison ReadComparison(FilterText text, SearchGrammar grammar)
    {
        if (text.Peek() is '(' or '\0' || text.NextWord().Equals("NOT", StringComparison.OrdinalIgnoreCase))
            throw Clause(text);
        var rest = text.Rest;
        if (text.TakeName() is not { } name)
            throw MlflowError.Invalid($"Invalid clause(s) in filter string: '{rest}'");
        var comparison = ReadOperator(text);
        if (comparison.Length == 0)
            throw MlflowError.Invalid($"Invalid clause(s) in filter string: '{rest}'");
        var (entity, key) = Resolve(name, grammar);
        if (!grammar.Operators(entity, key).Contains(comparison))
            throw grammar.Wrong(entity, key, comparison);
        return new(entity, key, comparison, ReadValue(text, grammar, entity, key, comparison));
    }

    private static string ReadOperator(FilterText text)
    {
        if (text.TakeSymbol() is { Length: > 0 } symbol)
            return symbol;
        if (text.TakeWord("IS"))
            return text.TakeWord("NULL") ? "IS NULL" : text.TakeWord("NOT") && text.TakeWord("NULL") ? "IS NOT NULL" : "";
        if (text.TakeWord("NOT"))
            return text.TakeWord("IN") ? "NOT IN" : "";
        foreach (var word in (ReadOnlySpan<string>)["LIKE", "ILIKE", "RLIKE", "IN"])
        {
            if (text.TakeWord(word))
                return word;
        }

        return "";
    }

    private static object? ReadValue(FilterText text, SearchGrammar grammar, SearchEntity entity, string key, string comparison)
    {
        if (comparison.StartsWith("IS", StringComparison.Ordinal))
            return null;
        if (grammar.IsNumeric(entity, key))
            return ReadNumber(text, entity, key);
        if (comparison is "IN" or "NOT IN")
            return ReadList(text, key);
        if (text.Peek() == '(')
            throw MlflowError.Invalid($"Only the 'run_id' attribute and datasets support comparison with a list of quoted string values, by IN and NOT IN; '{key}' stands beside '{comparison}'.");
        var rest = text.Rest;
        return text.TakeQuoted() ?? throw MlflowError.Invalid(
            $"Expected a quoted string value for {(entity == SearchEntity.Attribute ? "attributes" : WordOf(entity))} (e.g. 'my-value'). Got value {rest}. "
            + "Parameter value is either not quoted or unidentified quote types used for string value. Use either single or double quotes.");
    }

    private static double ReadNumber(FilterText text, SearchEntity entity, string key)
    {
        var found = text.TakeBare();
        if (double.TryParse(found, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && !char.IsLetter(found[^1]))
            return number;
        throw MlflowError.Invalid(entity == SearchEntity.Metric
            ? $"Expected numeric value type for metric. Found {found}"
            : $"Expected numeric value type for numeric attribute: {key}. Found {found}");
    }

    private static List<string> ReadList(FilterText text, string key)
    {
        var values = new List<string>();
        var wrong = $"While parsing a list in the query, expected string value, punctuation, or whitespace, but got different type in list beside '{key}': {text.Rest}";
        if (!text.Take('('))
            throw MlflowError.Invalid(wrong);
        if (text.Take(')'))
            throw MlflowError.Invalid($"While parsing a list in the query, expected a non-empty list of string values, but got empty list beside '{key}'.");
        do
        {
            values.Add(text.TakeQuoted() ?? throw MlflowError.Invalid(wrong));
        }
        while (text.Take(','));
        return text.Take(')') ? values : throw MlflowError.Invalid(wrong);
    }

    private static (SearchEntity Entity, string Key) Resolve((string Word, string Key) name, SearchGrammar grammar)
    {
        var entity = SearchEntity.Attribute;
        if (name.Word.Length > 0 && !grammar.Entities.TryGetValue(name.Word, out entity))
        {
            var valid = string.Join(", ", grammar.Entities.Values.Distinct().Select(one => $"'{WordOf(one)}'"));
            throw MlflowError.Invalid($"Invalid entity type '{name.Word}'. Valid values are [{valid}]");
        }

        if (entity == SearchEntity.Dataset && !SearchGrammar.DatasetAttributes.Contains(name.Key))
            throw MlflowError.Invalid($"Invalid dataset key '{name.Key}' specified. Valid keys are '{{'name', 'digest', 'context'}}'");
        if (entity != SearchEntity.Attribute)
            return grammar.Meaning(entity, name.Key);
        return grammar.Attributes.TryGetValue(name.Key, out var attribute)
            ? grammar.Meaning(entity, attribute)
            : throw MlflowError.Invalid($"Invalid attribute key '{name.Key}' specified. Valid keys are '{{{string.Join(", ", grammar.Attributes.Keys.Select(key => $"'{key}'"))}}}'");
    }

    private static string WordOf(SearchEntity entity) => entity switch
    {
        SearchEntity.Param => "parameter",
        SearchEntity.Metric => "metric",
        SearchEntity.Tag => "tag",
        SearchEntity.Dataset => "dataset",
        SearchEntity.Metadata => "request_metadata",
        SearchEntity.Span => "span",
        SearchEntity.Feedback => "feedback",
        SearchEntity.Expectation => "expectation",
        SearchEntity.Issue => "issue",
        _ => "attribute",
    };

    private static Kernel.Refusals.Refusal Clause(FilterText text) =>
        MlflowError.Invalid($"Invalid clause(s) in filter string: '{(text.NextWord() is { Length: > 0 } word ? word : text.Rest)}'");
}
