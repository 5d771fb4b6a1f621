using System.Globalization;
using GraphQL.Types;
using GraphQLParser.AST;

namespace Assay.Registry.Mlflow.GraphQl;

/// <summary>A long integer: as text in answers, for JavaScript would round it, and as number or digits in queries.</summary>
internal sealed class LongText : ScalarGraphType
{
    public LongText() => Name = "LongString";

    public override object? ParseLiteral(GraphQLValue value) => value switch
    {
        GraphQLNullValue => null,
        GraphQLIntValue number => (object?)Parse(number.Value.ToString()) ?? ThrowLiteralConversionError(value),
        GraphQLStringValue text => (object?)Parse(text.Value.ToString()) ?? ThrowLiteralConversionError(value),
        _ => ThrowLiteralConversionError(value),
    };

    public override object? ParseValue(object? value) => value switch
    {
        null or long => value,
        string text => (object?)Parse(text) ?? ThrowValueConversionError(value),
        _ => ThrowValueConversionError(value),
    };

    public override object? Serialize(object? value) => value;

    private static long? Parse(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
