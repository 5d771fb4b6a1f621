using System.Linq.Expressions;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Search;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Mlflow.Search;

/// <summary>What the searches of models and of versions have in common.</summary>
internal static class RegistrySearch
{
    /// <summary>Marks a prompt, which MLflow keeps as a model with this tag; a search finds either prompts or models.</summary>
    public const string PromptTag = "mlflow.prompt.is_prompt";

    public static readonly IReadOnlyDictionary<string, SearchEntity> Tags = new Dictionary<string, SearchEntity>
    {
        ["attribute"] = SearchEntity.Attribute,
        ["attributes"] = SearchEntity.Attribute,
        ["attr"] = SearchEntity.Attribute,
        ["tag"] = SearchEntity.Tag,
        ["tags"] = SearchEntity.Tag,
    };

    public static int Size(MlflowFields fields, int standard, int max)
    {
        var size = fields.Integer("max_results") ?? standard;
        if (size < 1)
            throw MlflowError.Value("max_results", fields.Shown("max_results"), $"Invalid value for max_results. It must be a positive integer, but got {size}");
        return size <= max ? (int)size : throw MlflowError.Invalid($"Invalid value for request parameter max_results. It must be at most {max}, but got value {size}");
    }

    public static IReadOnlyList<Ordering> Orders(MlflowFields fields, SearchGrammar grammar)
    {
        var orders = fields.Texts("order_by").Select(text => FilterParser.ParseOrder(text, grammar)).ToList();
        if (orders.Exists(order => order.Entity != SearchEntity.Attribute))
            throw MlflowError.Invalid("Invalid order_by: models and versions are ordered by their attributes, not by tags.");
        return orders.DistinctBy(order => order.Key).Count() == orders.Count
            ? orders
            : throw MlflowError.Invalid($"`order_by` contains duplicate fields: {string.Join(", ", fields.Texts("order_by"))}");
    }

    public static bool IsAboutPrompts(Comparison comparison) => comparison is { Entity: SearchEntity.Tag, Key: PromptTag };

    /// <summary>Whether prompts are sought, and not models.</summary>
    public static bool AsksForPrompts(IReadOnlyList<Comparison> filter) => filter.FirstOrDefault(IsAboutPrompts) is { Value: string value } about
        && ((about.Operator == "=" && value.Equals("true", StringComparison.OrdinalIgnoreCase)) || (about.Operator == "!=" && value.Equals("false", StringComparison.OrdinalIgnoreCase)));

    /// <summary>A comparison of a text, as a condition that both databases know.</summary>
    public static Expression<Func<T, bool>> Text<T>(Expression<Func<T, string?>> column, Comparison comparison)
    {
        Expression<Func<string?, bool>> condition = comparison switch
        {
            { Operator: "=", Value: string value } => text => text == value,
            { Operator: "!=", Value: string value } => text => text != null && text != value,
            { Operator: "LIKE", Value: string value } => text => EF.Functions.Like(text!, value),
            { Operator: "ILIKE", Value: string value } => text => EF.Functions.Like(text!.ToLower(), value.ToLowerInvariant()),
            { Operator: "IN", Value: IReadOnlyList<string> values } => text => values.Contains(text!),
            { Operator: "NOT IN", Value: IReadOnlyList<string> values } => text => text != null && !values.Contains(text),
            { Operator: "IS NULL" } => text => text == null,
            { Operator: "IS NOT NULL" } => text => text != null,
            _ => throw MlflowError.Invalid($"Invalid comparator for tag: {comparison.Operator}"),
        };
        return Expression.Lambda<Func<T, bool>>(new Replacement(condition.Parameters[0], column.Body).Visit(condition.Body), column.Parameters);
    }

    /// <summary>A comparison of a number.</summary>
    public static Expression<Func<T, bool>> Number<T>(Expression<Func<T, int>> column, Comparison comparison)
    {
        var (left, right) = (Expression.Convert(column.Body, typeof(double)), Expression.Constant((double)comparison.Value!));
        Expression condition = comparison.Operator switch
        {
            "=" => Expression.Equal(left, right),
            "!=" => Expression.NotEqual(left, right),
            ">" => Expression.GreaterThan(left, right),
            ">=" => Expression.GreaterThanOrEqual(left, right),
            "<" => Expression.LessThan(left, right),
            "<=" => Expression.LessThanOrEqual(left, right),
            _ => throw MlflowError.Invalid($"Invalid comparator for attribute version_number: {comparison.Operator}"),
        };
        return Expression.Lambda<Func<T, bool>>(condition, column.Parameters);
    }

    /// <summary>Orders by one key more.</summary>
    public static IOrderedQueryable<T> OrderAgain<T, TKey>(this IQueryable<T> rows, IOrderedQueryable<T>? ordered, Expression<Func<T, TKey>> key, bool descending) =>
        (ordered, descending) switch
        {
            (null, false) => rows.OrderBy(key),
            (null, true) => rows.OrderByDescending(key),
            ({ } some, false) => some.ThenBy(key),
            ({ } some, true) => some.ThenByDescending(key),
        };

    private sealed class Replacement(ParameterExpression parameter, Expression by) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == parameter ? by : node;
    }
}
