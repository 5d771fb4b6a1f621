using System.IO.Compression;
using Assay.Registry.Scans.Pickles;

namespace Assay.Tests.Registry.Scans;

/// <summary>A pickle for each way by which published attacks got past earlier scanners. None of them passes.</summary>
public sealed class BypassTests
{
    private static readonly byte[] Inner = PickleBytes.Attack();

    private static readonly (string Name, string Rule, byte[] Bytes)[] Attacks =
    [
        ("a plain import", "pickle.import-dangerous", PickleBytes.Protocol(2).Global("os", "system").Ops("U\x02id").Op(0x85).Op('R').End()),
        ("the module behind it", "pickle.import-dangerous", PickleBytes.Protocol(2).Global("posix", "system").Ops("U\x02id").Op(0x85).Op('R').End()),
        ("Python 2's name of builtins", "pickle.import-dangerous", PickleBytes.Old().Ops("c__builtin__\neval\n(S'1'\ntR").End()),
        ("Python 3's name of builtins", "pickle.import-dangerous", PickleBytes.Old().Ops("cbuiltins\neval\n(S'1'\ntR").End()),
        ("Python 2's name of subprocess", "pickle.import-dangerous", PickleBytes.Old().Ops("ccommands\ngetoutput\n(S'id'\ntR").End()),
        ("INST", "pickle.import-dangerous", PickleBytes.Old().Ops("(S'id'\nios\nsystem\n").End()),
        ("OBJ", "pickle.import-dangerous", PickleBytes.Old().Ops("(cos\nsystem\nS'id'\no").End()),
        ("NEWOBJ", "pickle.import-dangerous", PickleBytes.Protocol(4).StackGlobal("subprocess", "Popen").Text("id").Op(0x85, 0x81).End()),
        ("NEWOBJ_EX", "pickle.import-dangerous", PickleBytes.Protocol(4).StackGlobal("subprocess", "Popen").Op(')').Op('}').Text("args").Text("id").Op('s').Op(0x92).End()),
        ("an import without a call", "pickle.import-dangerous", PickleBytes.Protocol(4).StackGlobal("os", "system").End()),
        ("an import that is thrown away", "pickle.import-dangerous", PickleBytes.Protocol(4).StackGlobal("os", "system").Op('0').Op('N').End()),
        ("names from the memo", "pickle.import-dangerous", PickleBytes.Protocol(4).Text("os").Op(0x94).Text("system").Op(0x94).Op('0').Op('0').Ops("h\0h\x01").Op(0x93).CallWith("id").End()),
        ("names that were put aside", "pickle.import-dangerous", PickleBytes.Protocol(4).Text("system").Ops("q\x07").Op('0').Text("os").Ops("h\x07").Op(0x93).CallWith("id").End()),
        ("names with instructions between them", "pickle.import-dangerous", PickleBytes.Protocol(4).Text("os").Int(1).Op('0').Op('N').Op('0').Text("system").Op(0x94).Op(0x93).CallWith("id").End()),
        ("names by DUP", "pickle.import-dangerous", PickleBytes.Protocol(4).Text("code").Op('2').Op(0x93).End()),
        ("names as old strings", "pickle.import-dangerous", PickleBytes.Protocol(4).Ops("U\x02osU\x06system").Op(0x93).CallWith("id").End()),
        ("names as escaped strings", "pickle.import-dangerous", PickleBytes.Protocol(4).Ops("S'\\x6f\\x73'\nS'\\163ystem'\n").Op(0x93).CallWith("id").End()),
        ("names as escaped letters", "pickle.import-dangerous", PickleBytes.Protocol(4).Ops("V\\u006fs\nVsyste\\u006d\n").Op(0x93).CallWith("id").End()),
        ("names that a call computes", "pickle.import-computed", PickleBytes.Protocol(4).StackGlobal("builtins", "str").CallWith("os").Text("system").Op(0x93).CallWith("id").End()),
        ("names that are numbers", "pickle.import-computed", PickleBytes.Protocol(4).Int(1).Int(2).Op(0x93).End()),
        ("a dotted name", "pickle.import-dangerous", PickleBytes.Protocol(4).StackGlobal("os", "path.join.__globals__").End()),
        ("a dotted name that begins harmlessly", "pickle.import-unknown", PickleBytes.Protocol(4).StackGlobal("collections", "OrderedDict.__init__.__globals__").End()),
        ("a dotted name of an allowed package", "pickle.import-unknown", PickleBytes.Protocol(4).StackGlobal("sklearn.pipeline", "Pipeline.fit").End()),
        ("a module within an allowed one", "pickle.import-unknown", PickleBytes.Protocol(4).StackGlobal("sklearn.os", "system").End()),
        ("a function of an allowed module", "pickle.import-dangerous", PickleBytes.Protocol(4).StackGlobal("numpy.f2py.crackfortran", "getlincoef").CallWith("x").End()),
        ("a loader of an allowed library", "pickle.import-dangerous", PickleBytes.Protocol(4).StackGlobal("numpy", "load").CallWith("x").End()),
        ("a class that opens files", "pickle.import-dangerous", PickleBytes.Protocol(4).StackGlobal("numpy", "memmap").CallWith("x").End()),
        ("a state that is executed", "pickle.import-dangerous", PickleBytes.Protocol(4).StackGlobal("scipy.stats._continuous_distns", "norm_gen").Op(')').Op(0x81).Op('}').Text("_parse_arg_template").Text("import os").Op('s').Op('b').End()),
        ("a letter that looks the same", "pickle.import-unknown", PickleBytes.Protocol(4).StackGlobal("s\u043ality", "x").End()),
        ("a module that ends with a blank", "pickle.import-unknown", PickleBytes.Protocol(4).StackGlobal("collections ", "OrderedDict").End()),
        ("full-width letters", "pickle.import-unknown", PickleBytes.Protocol(4).StackGlobal("\uff4f\uff53", "system").End()),
        ("getattr", "pickle.import-dangerous", PickleBytes.Protocol(2).Global("builtins", "getattr").Global("os", "path").Ops("U\x04join").Op(0x86).Op('R').End()),
        ("attrgetter", "pickle.call", PickleBytes.Protocol(4).StackGlobal("operator", "attrgetter").CallWith("system").StackGlobal("builtins", "__import__").CallWith("os").Op(0x85).Op('R').CallWith("id").End()),
        ("methodcaller", "pickle.import-dangerous", PickleBytes.Protocol(4).StackGlobal("_operator", "methodcaller").Text("system").Text("id").Op(0x86).Op('R').End()),
        ("partial", "pickle.import-dangerous", PickleBytes.Protocol(4).StackGlobal("functools", "partial").CallWith("x").End()),
        ("reduce", "pickle.import-dangerous", PickleBytes.Protocol(4).StackGlobal("functools", "reduce").CallWith("x").End()),
        ("map", "pickle.import-dangerous", PickleBytes.Protocol(4).StackGlobal("builtins", "map").CallWith("x").End()),
        ("a nested pickle by pickle", "pickle.import-dangerous", PickleBytes.Protocol(4).StackGlobal("pickle", "loads").Bytes(Inner).Op(0x85).Op('R').End()),
        ("a nested pickle by _pickle", "pickle.import-dangerous", PickleBytes.Protocol(4).StackGlobal("_pickle", "loads").Bytes(Inner).Op(0x85).Op('R').End()),
        ("a nested pickle by dill", "pickle.import-dangerous", PickleBytes.Protocol(4).StackGlobal("dill", "loads").Bytes(Inner).Op(0x85).Op('R').End()),
        ("a nested pickle by torch", "pickle.import-dangerous", PickleBytes.Protocol(4).StackGlobal("torch.storage", "_load_from_bytes").Bytes(Inner).Op(0x85).Op('R').End()),
        ("bytes of no form by torch", "pickle.call", PickleBytes.Protocol(4).StackGlobal("torch.storage", "_load_from_bytes").Bytes("cos\nsystem\n(S'id'\ntR."u8).Op(0x85).Op('R').End()),
        ("a nested pickle as mere bytes", "pickle.import-dangerous", PickleBytes.Protocol(4).Bytes(Inner).End()),
        ("a nested pickle in a byte array", "pickle.import-dangerous", PickleBytes.Protocol(5).Op(0x96, (byte)Inner.Length, 0, 0, 0, 0, 0, 0, 0).Op(Inner).End()),
        ("a stacked pickle", "pickle.import-dangerous", [.. PickleBytes.Protocol(4).Op('N').End(), .. Inner]),
        ("a broken tail", "pickle.import-dangerous", Inner[..^1]),
        ("a tail that is no instruction", "pickle.broken", [.. Inner[..^1], 0xff, 0xff]),
        ("a break behind the call", "pickle.import-dangerous", PickleBytes.Protocol(4).StackGlobal("os", "system").CallWith("id").Ops("h\x63").End()),
        ("an empty stack", "pickle.broken", PickleBytes.Protocol(4).Op('0').End()),
        ("bytes behind the end", "pickle.trailing-bytes", [.. PickleBytes.Protocol(4).Op('N').End(), 1, 2, 3]),
        ("an extension of one byte", "pickle.extension-code", PickleBytes.Protocol(2).Op(0x82, 7).End()),
        ("an extension of two bytes", "pickle.extension-code", PickleBytes.Protocol(2).Op(0x83, 7, 1).End()),
        ("an extension of four bytes", "pickle.extension-code", PickleBytes.Protocol(2).Op(0x84, 7, 1, 0, 0).End()),
        ("filling the extension registry", "pickle.import-unknown", PickleBytes.Protocol(2).Global("copyreg", "add_extension").Ops("U\x02osU\x06systemK\x07").Op(0x87).Op('R').Op('0').Op(0x82, 7).End()),
        ("a persistent id", "pickle.persistent-id", PickleBytes.Old().Ops("Pcos.system\n").End()),
        ("a binary persistent id", "pickle.persistent-id", PickleBytes.Protocol(4).Text("os.system").Op('Q').End()),
        ("a torch storage outside of torch", "pickle.persistent-id", PickleBytes.Protocol(2).Op('(').Ops("U\x07storage").Global("torch", "FloatStorage").Ops("U\u00010U\u0003cpuK\u0001").Op('t').Op('Q').End()),
        ("a buffer from outside", "pickle.out-of-band", PickleBytes.Protocol(5).Op(0x97).End()),
        ("a state for a class", "pickle.state", PickleBytes.Protocol(4).StackGlobal("collections", "OrderedDict").Op('}').Text("x").Int(1).Op('s').Op('b').End()),
        ("a state that replaces __setstate__", "pickle.state", PickleBytes.Protocol(4).StackGlobal("collections", "Counter").Op(')').Op(0x81).Op('}').Text("__setstate__").Int(1).Op('s').Op('b').End()),
        ("a state that replaces __reduce__", "pickle.state", PickleBytes.Protocol(4).StackGlobal("collections", "Counter").Op(')').Op(0x81).Op('N').Op('}').Text("__reduce__").Int(1).Op('s').Op(0x86).Op('b').End()),
        ("a state that is changed later", "pickle.state", PickleBytes.Protocol(4).StackGlobal("collections", "Counter").Op(')').Op(0x81).Op('}').Op(0x94).Op('b').Ops("h\0").Text("__class__").Int(1).Op('s').Op('0').End()),
        ("items for a class", "pickle.state", PickleBytes.Protocol(4).StackGlobal("collections", "OrderedDict").Text("x").Int(1).Op('s').End()),
        ("a call of what a call gave", "pickle.call", PickleBytes.Protocol(4).StackGlobal("builtins", "object").Op(')').Op('R').Op(')').Op('R').End()),
        ("a call of a function that only may stand there", "pickle.call", PickleBytes.Protocol(4).StackGlobal("numpy", "log1p").CallWith("x").End()),
        ("arguments for a booster", "pickle.call", PickleBytes.Protocol(4).StackGlobal("xgboost.core", "Booster").Op('N').Op(')').Text("/etc/passwd").Op(0x87).Op('R').End()),
        ("another codec", "pickle.call", PickleBytes.Protocol(4).StackGlobal("_codecs", "encode").Text("x").Text("zip").Op(0x86).Op('R').End()),
        ("a huge array", "pickle.call", PickleBytes.Protocol(4).StackGlobal("numpy.core.multiarray", "_reconstruct").StackGlobal("numpy", "ndarray").Op('J').Op(255, 255, 255, 127).Op(0x85).Bytes((byte)'b').Op(0x87).Op('R').End()),
        ("a huge byte array", "pickle.call", PickleBytes.Protocol(4).StackGlobal("builtins", "bytearray").Op('J').Op(255, 255, 255, 127).Op(0x85).Op('R').End()),
        ("a list of what is iterated", "pickle.call", PickleBytes.Protocol(4).StackGlobal("builtins", "list").StackGlobal("builtins", "range").Op('J').Op(255, 255, 255, 127).Op(0x85).Op('R').Op(0x85).Op('R').End()),
        ("a class rebuilt on another", "pickle.call", PickleBytes.Old().Ops("ccopy_reg\n_reconstructor\n(cnumpy\nlog1p\nc__builtin__\nobject\nNtR").End()),
        ("a call by another", "pickle.call", PickleBytes.Protocol(4).StackGlobal("torch._tensor", "_rebuild_from_type_v2").Op('(').StackGlobal("numpy", "log1p").StackGlobal("torch", "Tensor").Op(')').Op('}').Op('t').Op('R').End()),
        ("a protocol that is named late", "pickle.protocol", PickleBytes.Old().Op('N').Op('0').Op(0x80, 4).Op('N').End()),
        ("a protocol that is named twice", "pickle.protocol", PickleBytes.Protocol(2).Op(0x80, 4).Op('N').End()),
        ("instructions of a newer protocol", "pickle.protocol", PickleBytes.Protocol(2).Text("x").End()),
        ("a protocol that does not exist", "pickle.broken", PickleBytes.Protocol(9).Op('N').End()),
        ("a frame within a frame", "pickle.protocol", PickleBytes.Protocol(4).Op(0x95, 99, 0, 0, 0, 0, 0, 0, 0).Op(0x95, 1, 0, 0, 0, 0, 0, 0, 0).Op('N').End()),
    ];

    public static TheoryData<string> Names() => [.. Attacks.Select(attack => attack.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_blocked(string name)
    {
        var (_, rule, bytes) = Attacks.Single(attack => attack.Name == name);

        Scanned.Blocked(Scanned.File(bytes), rule);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_blocked_in_a_container_within_a_container(string name)
    {
        var (_, rule, bytes) = Attacks.Single(attack => attack.Name == name);
        if (rule == "pickle.persistent-id" && name.StartsWith("a torch", StringComparison.Ordinal))
            return;   // in a PyTorch file it is what belongs there

        var report = Scanned.File(Zips.Of(("models/inner.pkl.gz", Gzipped(bytes))), "all.zip");

        Scanned.Blocked(report, rule);
        Assert.StartsWith("all.zip!/models/inner.pkl.gz!/inner.pkl", report.Findings[0].Path, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_module_that_attacks_used_is_named_as_such_by_every_way_to_import()
    {
        var modules = from line in Dangerous() where line[1] == "*" select line[0];
        foreach (var module in modules)
        {
            foreach (var bytes in new[]
            {
                PickleBytes.Old().Ops($"c{module}\nanything\n(tR").End(),
                PickleBytes.Old().Ops($"(i{module}.inside\nanything\n").End(),
                PickleBytes.Protocol(4).StackGlobal(module, "anything.inside").Op(')').Op('R').Framed().End(),
            })
            {
                Scanned.Blocked(Scanned.File(bytes), "pickle.import-dangerous");
            }
        }
    }

    [Fact]
    public void No_allow_list_names_what_attacks_used()
    {
        var names = from line in Dangerous() from name in line[1..] select (Module: line[0], Name: name == "*" ? "system" : name);

        Assert.DoesNotContain(names, import => AllowList.Shipped.Find(import.Module, import.Name) is not null);
        foreach (var name in new[] { "getattr", "eval", "exec", "compile", "open", "__import__", "setattr", "delattr", "type", "vars", "globals" })
            Assert.Null(AllowList.Shipped.Find("builtins", name));
    }

    [Fact]
    public void The_same_thing_in_the_same_place_has_the_same_id()
    {
        var first = Scanned.File(PickleBytes.Attack()).Findings;
        var again = Scanned.File(PickleBytes.Attack()).Findings;
        var elsewhere = Scanned.File(PickleBytes.Attack(), "other.pkl").Findings;

        Assert.Equal(first.Select(finding => finding.Id), again.Select(finding => finding.Id));
        Assert.Empty(first.Select(finding => finding.Id).Intersect(elsewhere.Select(finding => finding.Id)));
    }

    private static IEnumerable<string[]> Dangerous()
    {
        using var reader = new StreamReader(typeof(AllowList).Assembly.GetManifestResourceStream("Assay.Registry.Scans.Allowed.dangerous.txt")!);
        return [.. reader.ReadToEnd().Split('\n').Select(line => line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 1)];
    }

    private static byte[] Gzipped(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
