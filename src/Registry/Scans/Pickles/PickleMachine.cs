namespace Assay.Registry.Scans.Pickles;

/// <summary>How the bytes of a pickle are read.</summary>
internal enum PickleDialect
{
    /// <summary>As pickle does.</summary>
    Plain,

    /// <summary>As joblib does, whose arrays stand between the instructions.</summary>
    Joblib,

    /// <summary>As pickle does, with PyTorch's names for storages.</summary>
    Torch,
}

/// <summary>
/// Carries out a pickle without doing anything: every instruction of protocols 0 to 5, on a stack of what is known of each
/// value. What is imported and called is held to the allow-lists.
/// </summary>
internal sealed class PickleMachine
{
    public const int NewestProtocol = 5;
    private readonly PickleLiterals _literals;
    private readonly PickleCollections _collections;
    private readonly PickleObjects _objects;
    private readonly int _depth;
    private long _start;

    public PickleMachine(PickleReader reader, ScanScope scope, PickleDialect dialect, int depth = 0)
    {
        (Reader, Scope, Dialect, _depth) = (reader, scope, dialect, depth);
        Stack = new(scope.Budget, reader);
        _literals = new(this);
        _collections = new(this);
        _objects = new(this);
    }

    public PickleReader Reader { get; }

    public ScanScope Scope { get; }

    public PickleDialect Dialect { get; }

    public PickleStack Stack { get; private set; }

    /// <summary>The protocol that the pickle says it has; 0 and 1 don't say so.</summary>
    public int Protocol { get; private set; }

    /// <summary>Where the current frame ends; 0 without frames.</summary>
    public long FrameEnd { get; private set; }

    /// <summary>Calls, states, and imports of dangerous things: evidence that these bytes are a pickle at all.</summary>
    public int Effects { get; set; }

    /// <summary>Whether a pickle came to its end.</summary>
    public bool Completed { get; set; }

    /// <summary>Whether it met an array in joblib's form, which pickle itself would read otherwise.</summary>
    public bool MetArray { get; set; }

    /// <summary>Instructions of the current pickle.</summary>
    public long Steps { get; private set; }

    /// <summary>Runs one pickle up to its end, from where the reader stands.</summary>
    /// <returns>What it gives.</returns>
    /// <exception cref="BrokenPickleException">It can't go on; what was found until there is kept.</exception>
    public PickleValue Run()
    {
        Stack = new(Scope.Budget, Reader);
        (_start, Protocol, FrameEnd, Steps) = (Reader.Position, 0, 0, 0);
        while (true)
        {
            Scope.Budget.CountStep();
            var opcode = Reader.ReadByte();
            Steps++;
            if (opcode == (byte)'.')
                return Stack.Pop();
            if (!_literals.Run(opcode) && !_collections.Run(opcode) && !_objects.Run(opcode) && !RunHere(opcode))
                throw new BrokenPickleException(Reader.Position - 1, $"0x{opcode:x2} is no instruction");
            CheckProtocol(opcode);
        }
    }

    /// <summary>Runs a pickle that stands between the instructions of this one, as an array of objects does; pickle itself reads it.</summary>
    public void RunInner()
    {
        if (_depth >= Scope.Budget.Limits.DepthMax)
            throw new ScanLimitException($"pickles stand more than {Scope.Budget.Limits.DepthMax} deep within each other");
        var inner = new PickleMachine(Reader, Scope, PickleDialect.Plain, _depth + 1);
        inner.Run();
        Effects += inner.Effects;
    }

    public void Find(ScanRule rule, string what) => Scope.Find(rule, what);

    private bool RunHere(byte opcode)
    {
        switch (opcode)
        {
            case 0x80:
                ReadProtocol();
                return true;
            case 0x95:
                var length = Reader.ReadLength64();
                if (FrameEnd > Reader.Position)
                    Find(ScanRule.Protocol, "a frame begins inside another");
                FrameEnd = length <= long.MaxValue - Reader.Position ? Reader.Position + length : long.MaxValue;
                return true;
            case (byte)'(':
                Stack.Mark();
                return true;
            case (byte)'0':
                Stack.PopValueOrMark();
                return true;
            case (byte)'1':
                Stack.PopToMark();
                return true;
            case (byte)'2':
                Stack.Push(Stack.Peek());
                return true;
            case (byte)'g':
                Stack.Push(Stack.Get(Index()));
                return true;
            case (byte)'h':
                Stack.Push(Stack.Get(Reader.ReadByte()));
                return true;
            case (byte)'j':
                Stack.Push(Stack.Get(Reader.ReadUInt32()));
                return true;
            case (byte)'p':
                Stack.Put(Index());
                return true;
            case (byte)'q':
                Stack.Put(Reader.ReadByte());
                return true;
            case (byte)'r':
                Stack.Put(Reader.ReadUInt32());
                return true;
            case 0x94:
                Stack.Memoize();
                return true;
            default:
                return false;
        }
    }

    private void ReadProtocol()
    {
        var isFirst = Reader.Position == _start + 1;
        var protocol = Reader.ReadByte();
        if (protocol > NewestProtocol)
            throw new BrokenPickleException(Reader.Position - 1, $"protocol {protocol} does not exist");
        if (!isFirst)
            Find(ScanRule.Protocol, "the protocol is named in the middle of the pickle");
        Protocol = protocol;
    }

    private long Index()
    {
        var line = Reader.ReadLine();
        return long.TryParse(line, System.Globalization.NumberStyles.AllowLeadingWhite | System.Globalization.NumberStyles.AllowTrailingWhite, System.Globalization.CultureInfo.InvariantCulture, out var index) && index >= 0
            ? index
            : throw new BrokenPickleException(Reader.Position, "the number of a memo is no number");
    }

    // An instruction is never older than the protocol that brought it.
    private void CheckProtocol(byte opcode)
    {
        var since = opcode switch
        {
            0x95 or 0x8c or 0x8d or 0x8e or 0x8f or (>= 0x90 and <= 0x94) => 4,
            (byte)'B' or (byte)'C' => 3,
            >= 0x96 and <= 0x98 => 5,
            >= 0x81 and <= 0x8b => 2,
            _ => 0,
        };
        if (since > Protocol)
            Find(ScanRule.Protocol, $"instruction 0x{opcode:x2} of protocol {since} stands in a pickle of protocol {Protocol}");
    }
}
