namespace Assay.Registry.Scans.Pickles;

/// <summary>Scans content that is, or may be, one or more pickles.</summary>
internal static class PickleScan
{
    private const int LegacyTorchPickles = 5;

    // The number with which PyTorch's older files begin, as its own pickle.
    private static readonly byte[] LegacyTorchMagic = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];

    /// <summary>Scans what is a pickle.</summary>
    public static void Run(Stream content, ScanScope scope, PickleDialect dialect)
    {
        var isLegacyTorch = IsLegacyTorch(content);
        if (isLegacyTorch)
            dialect = PickleDialect.Torch;
        var machine = new PickleMachine(new PickleReader(content), scope, dialect);
        RunAll(machine, isLegacyTorch ? LegacyTorchPickles : int.MaxValue);
        if (machine.MetArray)
            RunAsPickleWould(content, scope);
    }

    /// <summary>
    /// Scans what may be a pickle of protocol 0 or 1, which has no mark. Without a name that says so it is one only when it
    /// does something: else any text that begins with the right letter would be.
    /// </summary>
    public static bool TryRun(Stream content, ScanScope scope, PickleDialect dialect, bool isNamedSo)
    {
        var apart = scope.Apart();
        var machine = new PickleMachine(new PickleReader(content), apart, dialect);
        RunAll(machine, int.MaxValue);
        if (machine.MetArray)
            RunAsPickleWould(content, apart);
        if (machine.Effects == 0 && !(isNamedSo && machine.Completed))
            return false;
        scope.Keep(apart);
        return true;
    }

    private static void RunAll(PickleMachine machine, int picklesMax)
    {
        var reader = machine.Reader;
        for (var count = 0; count < picklesMax && (count == 0 || reader.Position < reader.Length); count++)
        {
            var (start, effects) = (reader.Position, machine.Effects);
            try
            {
                machine.Run();
                machine.Completed = true;
            }
            catch (BrokenPickleException problem)
            {
                if (count > 0 && machine.Effects == effects)
                    machine.Find(ScanRule.Trailing, $"{reader.Length - start:N0} bytes stand behind the end");
                else
                    machine.Find(ScanRule.Broken, $"at byte {problem.Offset:N0} {problem.Message}");
                return;
            }
        }
    }

    // Arrays in joblib's form are data for joblib, and instructions for pickle. Data break off soon; an attack does not.
    private static void RunAsPickleWould(Stream content, ScanScope scope)
    {
        var apart = scope.Apart();
        var machine = new PickleMachine(new PickleReader(content), apart, PickleDialect.Plain);
        try
        {
            machine.Run();
        }
        catch (BrokenPickleException)   // as it should be
        {
        }

        foreach (var finding in apart.Findings.ToList().Where(ScanScope.IsNoChance))
        {
            if (finding.Rule is "pickle.import-unknown" or "pickle.import-dangerous")
                scope.Findings.Add(finding);
        }
    }

    private static bool IsLegacyTorch(Stream content)
    {
        var head = new byte[2 + LegacyTorchMagic.Length];
        content.Position = 0;
        return content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.AsSpan(2).SequenceEqual(LegacyTorchMagic);
    }
}
