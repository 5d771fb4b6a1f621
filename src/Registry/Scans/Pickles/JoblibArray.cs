using System.Globalization;

namespace Assay.Registry.Scans.Pickles;

/// <summary>
/// An array in joblib's form: an object that says shape and type, and behind the instruction that gives it this state the
/// array's bytes, or for an array of objects another pickle.
/// </summary>
internal static class JoblibArray
{
    public static bool IsOne(PickleInstance instance) => instance.Of is { Module: "joblib.numpy_pickle", Name: "NumpyArrayWrapper" };

    public static void Skip(PickleMachine machine, PickleInstance wrapper)
    {
        machine.MetArray = true;
        var reader = machine.Reader;
        // joblib reads the array from behind the frame, and goes on with what is left of the frame afterwards.
        if (machine.FrameEnd > reader.Position)
            machine.Find(ScanRule.Ambiguous, "an array stands in the middle of a frame");

        var state = wrapper.State.AsDict;
        if (state is not { IsPartial: false } || state.Get("dtype") is not { } type || NumpyType.Of(type) is not { } numpy || Count(state) is not { } count)
        {
            machine.Find(ScanRule.Ambiguous, "an array does not say how many bytes it has");
            throw new BrokenPickleException(reader.Position, "the length of an array is not known");
        }

        // The array takes the place of the object that described it.
        machine.Stack.Replace(new(ValueKind.Instance, new PickleInstance(new("numpy", "ndarray", wrapper.Of.Allowed), PickleValue.Tuple([]))));
        if (numpy.HasObjects)
        {
            machine.RunInner();
            return;
        }

        if (state.Get("numpy_array_alignment_bytes") is { } alignment && alignment.Kind != ValueKind.None)
            reader.Skip(reader.ReadByte());
        var bytes = (Int128)count * numpy.ItemBytes;
        if (bytes > reader.Length)
            throw new BrokenPickleException(reader.Position, "an array is longer than the file");
        reader.Skip((long)bytes);
    }

    private static long? Count(PickleDict state)
    {
        if (state.Get("shape") is not { Kind: ValueKind.Tuple } tuple || tuple.AsTuple is not { } shape || shape.Items.Length != tuple.Number)
            return null;
        Int128 count = 1;
        foreach (var size in shape.Items)
        {
            if (size is not { Kind: ValueKind.Int, Number: >= 0 })
                return null;
            count = count * size.Number is var product && product <= long.MaxValue ? product : long.MaxValue;
        }

        return (long)count;
    }
}

/// <summary>What a NumPy type is, as far as the length of an array goes.</summary>
internal readonly record struct NumpyType(int ItemBytes, bool HasObjects)
{
    private const int ItemSizeInState = 5;
    private const int FlagsInState = 7;
    private const int HasObjectFlag = 1;

    public static NumpyType? Of(PickleValue type)
    {
        if (type.AsInstance is not { Of: { Module: "numpy", Name: "dtype" } } made || made.Arguments.AsTuple is not { Items: [{ Kind: ValueKind.Text } code, ..] })
            return null;
        var text = code.AsText!.TrimStart('<', '>', '|', '=');
        if (text.Length == 0)
            return null;
        if (text[0] == 'O')
            return new(0, true);
        var state = made.State.AsTuple?.Items ?? [];
        // Strings and records take their size from the state, whatever the code says.
        if (text[0] is 'S' or 'U' or 'V' or 'a' && state.Length > FlagsInState && state[ItemSizeInState] is { Kind: ValueKind.Int, Number: >= 0 and <= int.MaxValue } size)
            return state[FlagsInState] is { Kind: ValueKind.Int } flags ? new((int)size.Number, (flags.Number & HasObjectFlag) != 0) : null;
        return Size(text) is { } bytes ? new(bytes, false) : null;
    }

    private static int? Size(string code)
    {
        if (!int.TryParse(code.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 1 << 24)
            return code is "?" ? 1 : null;
        return code[0] switch
        {
            'b' or 'i' or 'u' or 'f' or 'c' or 'S' or 'V' or 'm' or 'M' or 'a' => number,
            'U' => number * 4,
            _ => null,
        };
    }
}
