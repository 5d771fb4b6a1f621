using System.Globalization;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Search;

/// <summary>Reads MLflow's filters, <c>metrics.auc &gt; 0.9 AND tags.team = 'risk'</c>, and orderings, <c>params.lr DESC</c>.</summary>
internal static class FilterParser
{
    public const int LengthMax = 100_000;
    /// <summary>Words that are no value of anything.</summary>
    private static readonly string[] Keywords = ["true", "false", "null"];

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
        return text.IsAtEnd ? read : throw Clause(text, grammar);
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
        {
            throw MlflowError.Invalid(order.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length > 2
                ? $"Invalid order_by clause '{order}'. Could not be parsed."
                : $"Invalid ordering key in order_by clause '{order}'. Write a name, and ASC or DESC after it.");
        }

        var (entity, key) = Resolve(name, grammar);
        if (entity == SearchEntity.Dataset)
            throw MlflowError.Invalid($"Invalid order_by entity '{order}': it can't be ordered by.");
        return entity == SearchEntity.Attribute && grammar.Unordered.Contains(key) ? throw NoKey(name.Key, grammar) : new(entity, key, descending);
    }

    /// <summary>The wishes about an order.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">400, with the words at fault; also for one that is there twice.</exception>
    public static List<Ordering> ParseOrders(IReadOnlyList<string> orders, SearchGrammar grammar)
    {
        var read = orders.Select(order => ParseOrder(order, grammar)).ToList();
        return read.DistinctBy(order => (order.Entity, order.Key)).Count() == read.Count
            ? read
            : throw MlflowError.Invalid($"`order_by` contains duplicate fields: [{string.Join(", ", orders.Select(order => $"'{order}'"))}]");
    }

    private static Comparison ReadComparison(FilterText text, SearchGrammar grammar)
    {
        if (text.Peek() is '(' or '\0' || text.NextWord().Equals("NOT", StringComparison.OrdinalIgnoreCase))
            throw Clause(text, grammar);
        var rest = text.Rest;
        if (text.TakeName() is not { } name)
            throw grammar.NoClause(rest);
        var comparison = ReadOperator(text);
        if (comparison.Length == 0 || Keywords.Contains(text.NextWord(), StringComparer.OrdinalIgnoreCase))
            throw grammar.NoClause(rest);
        var (entity, key) = Resolve(name, grammar);
        if (!grammar.Operators(entity, key).Contains(comparison))
            throw grammar.Wrong(entity, key, comparison);
        if (!comparison.StartsWith("IS", StringComparison.Ordinal) && LacksValue(text))
            throw grammar.NoClause(rest);
        return new(entity, key, comparison, ReadValue(text, grammar, entity, key, comparison));
    }

    // Nothing stands there, or a list that does not end.
    private static bool LacksValue(FilterText text) => text.IsAtEnd || (text.Peek() == '(' && !text.StillHas(')'));

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
            + $"Parameter value is either not quoted or unidentified quote types used for string value {rest}. Use either single or double quotes.");
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
        var rest = text.Rest;
        if (!text.Take('('))
            throw NoText();
        if (text.Take(')'))
            throw MlflowError.Invalid($"While parsing a list in the query, expected a non-empty list of string values, but got empty list beside '{key}'.");
        do
        {
            values.Add(text.TakeQuoted() ?? throw (text.Peek() is ',' or ')' ? IllFormed() : NoText()));
        }
        while (text.Take(',') && text.Peek() != ')');   // one value may have a comma behind it, as Python writes a tuple of one
        return text.Take(')') ? values : throw IllFormed();

        Kernel.Refusals.Refusal NoText() => MlflowError.Invalid(
            $"While parsing a list in the query, expected string value, punctuation, or whitespace, but got different type in list beside '{key}': {rest}");
        Kernel.Refusals.Refusal IllFormed() => MlflowError.Invalid(
            $"While parsing a list in the query, expected a non-empty list of string values, but got ill-formed list beside '{key}': {rest}");
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
            : throw NoKey(name.Key, grammar);
    }

    private static Kernel.Refusals.Refusal NoKey(string key, SearchGrammar grammar) => MlflowError.Invalid(
        $"Invalid attribute key '{key}' specified. Valid keys are '{{{string.Join(", ", grammar.Attributes.Keys.Select(one => $"'{one}'"))}}}'");

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

    private static Kernel.Refusals.Refusal Clause(FilterText text, SearchGrammar grammar) =>
        grammar.NoClause(text.NextWord() is { Length: > 0 } word ? word : text.Rest);
}
