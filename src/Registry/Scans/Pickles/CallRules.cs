using System.Text;

namespace Assay.Registry.Scans.Pickles;

/// <summary>Holds the arguments of a call to what the libraries themselves write.</summary>
internal static class CallRules
{
    private static readonly string[] Codecs = ["latin1", "latin-1", "iso-8859-1", "utf-8", "utf8", "ascii"];

    /// <summary>What is wrong with the arguments; null when nothing is.</summary>
    public static string? Problem(AllowedImport allowed, PickleValue arguments) => allowed.Rule switch
    {
        CallRule.Any => allowed.Use == ImportUse.Call ? OwnClasses(allowed, arguments) : null,
        CallRule.Bare => arguments.AsTuple is { Items.Length: 0 } ? null : "is made with arguments, where its library writes none",
        CallRule.EmptyArray => EmptyArray(arguments),
        CallRule.Encode => Encode(arguments),
        CallRule.Reconstruct => Reconstruct(arguments),
        CallRule.Literals => Literals(arguments),
        CallRule.ScannedBytes => ScannedBytes(arguments),
        CallRule.Indirect => Indirect(arguments),
        _ => throw new ArgumentOutOfRangeException(nameof(allowed)),
    };

    /// <summary>What a call gives, where more is known of it than that it is an instance.</summary>
    public static PickleValue Result(PickleImport import, PickleValue arguments)
    {
        // Bytes as older protocols write them: they count as the bytes that they are.
        if (import.Allowed is { Rule: CallRule.Encode } && arguments.AsTuple is { Items: [{ Kind: ValueKind.Text or ValueKind.Literal } text, ..] })
            return new(ValueKind.Bytes, new PickleBytes(text.AsText is { } plain ? Encoding.Latin1.GetBytes(plain) : null, Inspected: false));
        // What is rebuilt is an object of the class that is named.
        if (import.Allowed is { Rule: CallRule.Reconstruct } && arguments.AsTuple is { Items: [{ Kind: ValueKind.Import } type, ..] })
            return new(ValueKind.Instance, new PickleInstance(type.AsImport!, PickleValue.Tuple([])));
        return new(ValueKind.Instance, new PickleInstance(import, arguments));
    }

    // A function that makes an object of a class that it is given makes those of its own library.
    private static string? OwnClasses(AllowedImport allowed, PickleValue arguments) =>
        arguments.AsTuple is { } tuple && tuple.Items.All(item => item.AsImport?.Allowed is null || item.AsImport.Allowed.Flavour == allowed.Flavour)
            ? null
            : "is given something of another library";

    private static string? EmptyArray(PickleValue arguments) =>
        arguments.AsTuple is { Items: [{ Kind: ValueKind.Import }, { Kind: ValueKind.Tuple } shape, { Kind: ValueKind.Bytes or ValueKind.Text or ValueKind.Literal }] }
            && shape.AsTuple!.Items.All(size => size is { Kind: ValueKind.Int, Number: 0 })
            ? null
            : "does not begin with an empty array, as NumPy writes it";

    private static string? Encode(PickleValue arguments) =>
        arguments.AsTuple is { Items: [{ Kind: ValueKind.Text or ValueKind.Literal }] }
        || (arguments.AsTuple is { Items: [{ Kind: ValueKind.Text or ValueKind.Literal }, { Kind: ValueKind.Text } codec] } && Codecs.Contains(codec.AsText))
            ? null
            : "uses another codec than those that turn text into bytes";

    private static string? Reconstruct(PickleValue arguments) =>
        arguments.AsTuple is { Items: [{ Kind: ValueKind.Import } type, { Kind: ValueKind.Import } basis, { IsPlain: true }] }
            && type.AsImport!.Allowed is null or { Use: ImportUse.Class }
            && basis.AsImport is { Module: "builtins", Allowed.Use: ImportUse.Class }
            ? null
            : "does not rebuild an allowed class on a plain one";

    private static string? Literals(PickleValue arguments) =>
        arguments.AsTuple is { } tuple && tuple.Items.All(item => item.IsPlain && item.Kind is not (ValueKind.Int or ValueKind.Bool))
            ? null
            : "makes a collection from something else than a literal";

    private static string? ScannedBytes(PickleValue arguments) =>
        arguments.AsTuple is { Items: [{ Kind: ValueKind.Bytes, Content: PickleBytes { Inspected: true } }] } ? null : "loads bytes that are no PyTorch file";

    private static string? Indirect(PickleValue arguments)
    {
        if (arguments.AsTuple is not { Items: [{ Kind: ValueKind.Import } function, { Kind: ValueKind.Import }, { Kind: ValueKind.Tuple } inner, _] })
            return "does not name what it calls";
        return function.AsImport!.Allowed switch
        {
            null => null,   // the import itself is a finding already
            { Use: ImportUse.Value } => $"calls {function.AsImport!.FullName}, which only may be referred to",
            { Rule: CallRule.Indirect } => "calls itself",
            { Flavour: not "pytorch" } => $"calls {function.AsImport!.FullName}, which is not PyTorch's",
            var own => Problem(own, inner),
        };
    }
}
