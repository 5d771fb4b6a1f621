namespace Assay.Registry.Scans.Pickles;

/// <summary>What is known of a value on a pickle's stack.</summary>
internal enum ValueKind : byte
{
    None,
    Bool,
    Int,

    /// <summary>A literal whose content does not matter here: a float, a large number, a long string.</summary>
    Literal,
    Text,
    Bytes,
    Tuple,
    List,
    Dict,
    Set,

    /// <summary>A class or function that the pickle names.</summary>
    Import,

    /// <summary>What a call of an import gave.</summary>
    Instance,

    /// <summary>Anything that only the running program would know.</summary>
    Opaque,
}

/// <summary>A value on the abstract stack. A structure, because pickles hold millions of numbers.</summary>
internal readonly record struct PickleValue(ValueKind Kind, object? Content = null, long Number = 0)
{
    /// <summary>Longer strings are no names, encodings or types: only that they exist is kept.</summary>
    public const int TextLengthMax = 256;

    public static readonly PickleValue Literal = new(ValueKind.Literal);
    public static readonly PickleValue Opaque = new(ValueKind.Opaque);

    public static PickleValue Int(long number) => new(ValueKind.Int, null, number);

    public static PickleValue Bool(bool value) => new(ValueKind.Bool, null, value ? 1 : 0);

    public static PickleValue Text(string text) => text.Length > TextLengthMax ? Literal : new(ValueKind.Text, text);

    public static PickleValue Tuple(ReadOnlySpan<PickleValue> items) => new(ValueKind.Tuple, PickleTuple.Of(items), items.Length);

    /// <summary>The text of a string literal; null for anything else.</summary>
    public string? AsText => Kind == ValueKind.Text ? (string)Content! : null;

    public PickleTuple? AsTuple => Content as PickleTuple;

    public PickleDict? AsDict => Content as PickleDict;

    public PickleImport? AsImport => Content as PickleImport;

    public PickleInstance? AsInstance => Content as PickleInstance;

    /// <summary>A literal without an object inside that could do something when it is iterated or converted.</summary>
    public bool IsPlain => Kind is not (ValueKind.Import or ValueKind.Instance or ValueKind.Opaque);
}

/// <summary>The first items of a tuple: no call that is looked into has more.</summary>
internal sealed class PickleTuple
{
    private const int ItemsMax = 16;
    private static readonly PickleTuple Empty = new() { Items = [] };

    public required PickleValue[] Items { get; init; }

    public static PickleTuple Of(ReadOnlySpan<PickleValue> items) =>
        items.IsEmpty ? Empty : new() { Items = items[..Math.Min(items.Length, ItemsMax)].ToArray() };
}

/// <summary>A dictionary: its first entries with short names, and whether it is, or was, the state of an object.</summary>
internal sealed class PickleDict
{
    private const int EntriesMax = 32;
    private Dictionary<string, PickleValue>? _entries;

    /// <summary>The first key that Python itself would act on, such as <c>__class__</c>.</summary>
    public string? SpecialKey { get; private set; }

    public bool IsState { get; set; }

    /// <summary>Whether it has entries that are not known here.</summary>
    public bool IsPartial { get; private set; }

    public void Set(PickleValue key, PickleValue value)
    {
        // What another program makes of a computed key is not known.
        IsPartial |= key.Kind is ValueKind.Instance or ValueKind.Opaque;
        if (key.AsText is not { } name)
            return;
        if (name.Length > 4 && name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal))
            SpecialKey ??= name;
        _entries ??= [];
        if (_entries.Count < EntriesMax || _entries.ContainsKey(name))
            _entries[name] = value;
        else
            IsPartial = true;
    }

    public PickleValue? Get(string key) => _entries is not null && _entries.TryGetValue(key, out var value) ? value : null;
}

/// <summary>A string of bytes; its content only while it is short.</summary>
/// <param name="Short">The bytes, up to <see cref="PickleValue.TextLengthMax"/>; null when there are more.</param>
/// <param name="Inspected">Whether it was found to be a file of its own, and scanned as one.</param>
internal sealed record PickleBytes(byte[]? Short, bool Inspected);

/// <summary>A class or function that a pickle names, with the entry of the allow-list that permits it.</summary>
internal sealed record PickleImport(string Module, string Name, AllowedImport? Allowed)
{
    public string FullName => $"{Module}.{Name}";
}

/// <summary>What a call gave.</summary>
internal sealed class PickleInstance(PickleImport of, PickleValue arguments)
{
    public PickleImport Of { get; } = of;

    public PickleValue Arguments { get; } = arguments;

    public PickleValue State { get; set; } = PickleValue.Opaque;
}
