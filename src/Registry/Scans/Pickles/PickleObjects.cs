using System.Text;

namespace Assay.Registry.Scans.Pickles;

/// <summary>Instructions that import, call, construct and set states: what an attack needs.</summary>
internal sealed class PickleObjects(PickleMachine machine)
{
    private const int TorchStorageParts = 5;

    private PickleStack Stack => machine.Stack;

    private PickleReader Reader => machine.Reader;

    public bool Run(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'c':
                Stack.Push(Import(Line(), Line()));
                return true;
            case 0x93:
                StackGlobal();
                return true;
            case (byte)'i':
                var type = Import(Line(), Line());
                Stack.Push(Call(type, PickleValue.Tuple(Stack.PopToMark())));
                return true;
            case (byte)'o':
                ConstructFromMark();
                return true;
            case (byte)'R' or 0x81:
                var arguments = Stack.Pop();
                Stack.Push(Call(Stack.Pop(), arguments));
                return true;
            case 0x92:
                ConstructWithNames();
                return true;
            case (byte)'b':
                Build();
                return true;
            case 0x82 or 0x83 or 0x84:
                Extension(opcode == 0x82 ? Reader.ReadByte() : opcode == 0x83 ? Reader.ReadUInt16() : Reader.ReadUInt32());
                return true;
            case (byte)'P':
                machine.Find(ScanRule.PersistentId, $"it asks the loading program for '{Line()}'");
                Stack.Push(PickleValue.Opaque);
                return true;
            case (byte)'Q':
                Stack.Push(Persistent(Stack.Pop()));
                return true;
            case 0x97:
                machine.Find(ScanRule.Buffer, "it asks the loading program for a buffer");
                Stack.Push(PickleValue.Opaque);
                return true;
            case 0x98:
                Stack.Replace(new(ValueKind.Bytes, new PickleBytes(null, Inspected: false)));
                return true;
            default:
                return false;
        }
    }

    private string Line() => Encoding.UTF8.GetString(Reader.ReadLine());

    private void StackGlobal()
    {
        var name = Stack.Pop();
        var module = Stack.Pop();
        if (module.AsText is { } from && name.AsText is { } what)
        {
            Stack.Push(Import(from, what));
            return;
        }

        machine.Effects++;
        machine.Find(ScanRule.ComputedImport, "the name of an import is no plain text");
        Stack.Push(PickleValue.Opaque);
    }

    private PickleValue Import(string module, string name)
    {
        // Only loading with these protocols renames what Python 2 wrote; a check that does not would miss the import.
        if (machine.Protocol < 3)
            (module, name) = PythonNames.Today(module, name);
        var allowed = machine.Scope.Allow(module, name, machine.Dialect);
        if (allowed is null && AllowList.Shipped.IsDangerous(module, name))
            machine.Effects++;
        return new(ValueKind.Import, new PickleImport(module, name, allowed));
    }

    private void ConstructFromMark()
    {
        var items = Stack.PopToMark();
        if (items.IsEmpty)
            throw new BrokenPickleException(Reader.Position, "an object is made of nothing");
        var (type, arguments) = (items[0], PickleValue.Tuple(items[1..]));
        Stack.Push(Call(type, arguments));
    }

    private void ConstructWithNames()
    {
        var named = Stack.Pop();
        var arguments = Stack.Pop();
        var type = Stack.Pop();
        // Named arguments count as arguments: only who may have any may have these.
        Stack.Push(Call(type, named.AsDict is not null && arguments.AsTuple is { Items.Length: 0 } ? PickleValue.Tuple([named]) : arguments));
    }

    private PickleValue Call(PickleValue called, PickleValue arguments)
    {
        machine.Effects++;
        if (called.AsImport is not { } import)
        {
            if (called.Kind is ValueKind.Instance or ValueKind.Opaque)
                machine.Find(ScanRule.Call, $"it calls what {(called.AsInstance is { } made ? made.Of.FullName : "is not known")} gave");
            else
                throw new BrokenPickleException(Reader.Position, "it calls something that can't be called");
            return PickleValue.Opaque;
        }

        if (import.Allowed is not { } allowed)
            return PickleValue.Opaque;   // the import is a finding already
        var problem = allowed.Use == ImportUse.Value ? "is called, and only may be referred to" : CallRules.Problem(allowed, arguments);
        if (problem is not null)
            machine.Find(ScanRule.Call, $"{import.FullName} {problem}");
        return CallRules.Result(import, arguments);
    }

    private void Build()
    {
        var state = Stack.Pop();
        var target = Stack.Peek();
        machine.Effects++;
        if (target.Kind is ValueKind.Import)
            machine.Find(ScanRule.State, $"it changes the class or function {target.AsImport!.FullName} itself");
        else if (target.Kind is not (ValueKind.Instance or ValueKind.Opaque))
            throw new BrokenPickleException(Reader.Position, "it gives a state to something that has none");

        foreach (var part in state.AsTuple is { Items: [_, _] } pair ? pair.Items : [state])
        {
            if (part.AsDict is not { } dict)
                continue;
            dict.IsState = true;
            if (dict.SpecialKey is { } special)
                machine.Find(ScanRule.State, $"the state of an object sets {special}");
        }

        if (target.AsInstance is not { } instance)
            return;
        instance.State = state;
        if (machine.Dialect == PickleDialect.Joblib && JoblibArray.IsOne(instance))
            JoblibArray.Skip(machine, instance);
    }

    private void Extension(long code)
    {
        machine.Effects++;
        machine.Find(ScanRule.ExtensionCode, $"it imports what the registry has under {code}");
        Stack.Push(PickleValue.Opaque);
    }

    // ('storage', class, key, device, count), and for whole modules of old files ('module', class, file, source).
    private PickleValue Persistent(PickleValue name)
    {
        var items = name.AsTuple?.Items ?? [];
        if (machine.Dialect == PickleDialect.Torch && items is [{ Kind: ValueKind.Text } kind, { Kind: ValueKind.Import } type, ..])
        {
            if (kind.AsText == "storage" && items.Length >= TorchStorageParts && type.AsImport!.Allowed is { Flavour: "pytorch" })
                return new(ValueKind.Instance, new PickleInstance(type.AsImport, name));
            if (kind.AsText == "module" && type.AsImport!.Allowed is not null)
                return type;
        }

        machine.Find(ScanRule.PersistentId, $"it asks the loading program for {(name.AsText is { } text ? $"'{text}'" : "an object that it names")}");
        return PickleValue.Opaque;
    }
}
