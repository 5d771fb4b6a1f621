namespace Assay.Registry.Scans.Pickles;

/// <summary>Instructions that make and fill tuples, lists, dictionaries and sets.</summary>
internal sealed class PickleCollections(PickleMachine machine)
{
    private PickleStack Stack => machine.Stack;

    public bool Run(byte opcode)
    {
        switch (opcode)
        {
            case (byte)')':
                Stack.Push(PickleValue.Tuple([]));
                return true;
            case (byte)'t':
                Stack.Push(PickleValue.Tuple(Stack.PopToMark()));
                return true;
            case >= 0x85 and <= 0x87:
                Stack.Push(Tuple(opcode - 0x84));
                return true;
            case (byte)']':
                Stack.Push(new(ValueKind.List));
                return true;
            case (byte)'l':
                Stack.PopToMark();
                Stack.Push(new(ValueKind.List));
                return true;
            case (byte)'}':
                Stack.Push(new(ValueKind.Dict, new PickleDict()));
                return true;
            case (byte)'d':
                MakeDict();
                return true;
            case 0x8f:
                Stack.Push(new(ValueKind.Set));
                return true;
            case 0x91:
                Stack.PopToMark();
                Stack.Push(new(ValueKind.Set));
                return true;
            case (byte)'a':
                Stack.Pop();
                CheckFilled(ValueKind.List);
                return true;
            case (byte)'e':
                Stack.PopToMark();
                CheckFilled(ValueKind.List);
                return true;
            case 0x90:
                Stack.PopToMark();
                CheckFilled(ValueKind.Set);
                return true;
            case (byte)'s':
                SetItem();
                return true;
            case (byte)'u':
                SetItems();
                return true;
            default:
                return false;
        }
    }

    private PickleValue Tuple(int length)
    {
        Span<PickleValue> items = new PickleValue[length];
        for (var index = length - 1; index >= 0; index--)
            items[index] = Stack.Pop();
        return PickleValue.Tuple(items);
    }

    private void MakeDict()
    {
        var dict = new PickleDict();
        var items = Stack.PopToMark();
        for (var index = 0; index + 1 < items.Length; index += 2)
            dict.Set(items[index], items[index + 1]);
        Stack.Push(new(ValueKind.Dict, dict));
    }

    private void SetItem()
    {
        var value = Stack.Pop();
        var key = Stack.Pop();
        CheckFilled(ValueKind.Dict);
        Set(Stack.Peek(), key, value);
    }

    private void SetItems()
    {
        var items = Stack.PopToMark();
        CheckFilled(ValueKind.Dict);
        var target = Stack.Peek();
        for (var index = 0; index + 1 < items.Length; index += 2)
            Set(target, items[index], items[index + 1]);
    }

    private void Set(PickleValue target, PickleValue key, PickleValue value)
    {
        if (target.AsDict is not { } dict)
            return;
        dict.Set(key, value);
        if (dict is { IsState: true, SpecialKey: { } special })
            machine.Find(ScanRule.State, $"the state of an object sets {special}");
    }

    // Filling anything but a collection calls its append, extend, add or __setitem__.
    private void CheckFilled(ValueKind expected)
    {
        var target = Stack.Peek();
        if (target.Kind == expected || target.Kind is ValueKind.Instance)
            return;
        if (target.Kind is ValueKind.Import or ValueKind.Opaque)
            machine.Find(ScanRule.State, $"items are put into {(target.AsImport is { } import ? $"the class {import.FullName} itself" : "a value that is not known")}");
        else
            throw new BrokenPickleException(machine.Reader.Position, "items are put into something that is no collection");
    }
}
