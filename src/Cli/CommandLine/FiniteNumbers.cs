using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Assay.Cli.CommandLine;

/// <summary>Refuses <c>NaN</c> and infinities where a number is wanted: they are numbers to .NET, and can't be sent as JSON.</summary>
internal static class FiniteNumbers
{
    /// <summary>Of a command and those within it.</summary>
    public static void Demand(Command command)
    {
        foreach (var option in command.Options.Where(option => IsNumber(option.ValueType)))
            option.Validators.Add(Check);
        foreach (var argument in command.Arguments.Where(argument => IsNumber(argument.ValueType)))
            argument.Validators.Add(Check);
        foreach (var inner in command.Subcommands)
            Demand(inner);
    }

    private static bool IsNumber(Type type) => (Nullable.GetUnderlyingType(type) ?? type) == typeof(double);

    private static void Check(SymbolResult result)
    {
        foreach (var token in result.Tokens)
        {
            if (double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && !double.IsFinite(number))
                result.AddError($"'{token.Value}' is not a finite number.");
        }
    }
}
