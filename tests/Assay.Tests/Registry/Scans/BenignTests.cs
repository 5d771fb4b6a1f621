using System.IO.Compression;
using System.Text;

namespace Assay.Tests.Registry.Scans;

/// <summary>What libraries really write passes: files that they wrote, and streams written like theirs.</summary>
public sealed class BenignTests
{
    [Theory]
    [InlineData("pipeline-protocol-0.pkl", "scikit-learn")]
    [InlineData("pipeline-protocol-2.pkl", "scikit-learn")]
    [InlineData("pipeline-protocol-4.pkl", "scikit-learn")]
    [InlineData("pipeline-protocol-5.pkl", "scikit-learn")]
    [InlineData("tree.joblib", "scikit-learn")]
    [InlineData("tree.bz2.joblib", "scikit-learn")]
    [InlineData("tree.lzma.joblib", "scikit-learn")]
    [InlineData("tree.xz.joblib", "scikit-learn")]
    [InlineData("xgboost.pkl", "xgboost")]
    [InlineData("state-dict.pt", "pytorch")]
    public void A_model_that_its_library_saved_passes(string name, string flavour)
    {
        var report = Scanned.File(Scanned.Sample(name), name);

        Scanned.Passes(report);
        Assert.Empty(report.Findings);
        Assert.Contains(flavour, report.Files[0].Flavours);
    }

    [Theory]
    [InlineData("tree.joblib")]
    [InlineData("pipeline-protocol-4.pkl")]
    public void It_passes_when_it_is_packed(string name)
    {
        foreach (var pack in new Func<Stream, Stream>[] { stream => new GZipStream(stream, CompressionLevel.Fastest), stream => new ZLibStream(stream, CompressionLevel.Fastest) })
        {
            var packed = new MemoryStream();
            using (var packing = pack(packed))
                packing.Write(Scanned.Sample(name));

            Scanned.Passes(Scanned.File(packed.ToArray(), "model.joblib"));
        }
    }

    [Fact]
    public void A_LightGBM_classifier_passes()
    {
        var pickle = PickleBytes.Protocol(4).StackGlobal("lightgbm.sklearn", "LGBMClassifier").Op(')').Op(0x81).Op('}').Op('(')
            .Text("boosting_type").Text("gbdt")
            .Text("n_estimators").Int(100)
            .Text("_Booster").StackGlobal("lightgbm.basic", "Booster").Op(')').Op(0x81).Op('}').Op('(')
            .Text("handle").Text("tree\nversion=v4\nnum_class=1\n" + new string('0', 600)).Text("params").Op('}').Op('u').Op('b')
            .Text("_best_score").StackGlobal("collections", "defaultdict").StackGlobal("collections", "OrderedDict").Op(0x85).Op('R')
            .Text("_le").StackGlobal("sklearn.preprocessing._label", "LabelEncoder").Op(')').Op(0x81).Op('}').Text("_sklearn_version").Text("1.5.0").Op('s').Op('b')
            .Op('u').Op('b').Framed().End();

        var report = Scanned.File(pickle);

        Scanned.Passes(report);
        Assert.Equal(["lightgbm", "python", "scikit-learn"], report.Files[0].Flavours);
    }

    [Fact]
    public void A_PyTorch_module_passes_in_the_old_form_too()
    {
        static byte[] Magic() => [0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];
        var protocol = PickleBytes.Protocol(2).Ops("M\xe9\x03").End();
        var system = PickleBytes.Protocol(2).Op('}').Ops("X\x0d\0\0\0little_endian").Op(0x88).Op('s').End();
        var module = PickleBytes.Protocol(2)
            .Op('(').Ops("X\x06\0\0\0module").Global("torch.nn.modules.linear", "Linear").Ops("X\x01\0\0\0aX\x01\0\0\0b").Op('t').Op('Q').Op(')').Op(0x81)
            .Op('}').Ops("X\x06\0\0\0weight").Global("torch._utils", "_rebuild_tensor_v2").Op('(')
            .Op('(').Ops("X\x07\0\0\0storage").Global("torch", "FloatStorage").Ops("X\x01\0\0\0" + "0X\x03\0\0\0cpuK\x04").Op('N').Op('t').Op('Q')
            .Ops("K\0K\x02K\x02").Op(0x86).Ops("K\x02K\x01").Op(0x86).Op(0x89).Global("collections", "OrderedDict").Op(')').Op('R').Op('t').Op('R').Op('s').Op('b').End();
        var keys = PickleBytes.Protocol(2).Op(']').Ops("X\x01\0\0\0" + "0").Op('a').End();
        byte[] storage = [4, 0, 0, 0, 0, 0, 0, 0, .. Enumerable.Repeat((byte)0x80, 16)];

        var report = Scanned.File([.. Magic(), .. protocol, .. system, .. module, .. keys, .. storage], "model.pt");

        Scanned.Passes(report);
        Scanned.Blocked(Scanned.File([.. Magic(), .. protocol, .. system, .. PickleBytes.Attack(), .. keys, .. storage], "model.pt"), "pickle.import-dangerous");
    }

    [Fact]
    public void A_dictionary_of_code_words_is_data()
    {
        var pickle = PickleBytes.Protocol(4).Op('}').Op('(').Text("__init__").Int(1).Text("eval").Int(2).Text("os.system").Int(3).Op('u').End();

        Assert.Empty(Scanned.File(pickle).Findings);
    }

    [Theory]
    [InlineData("README.md", "class Foo\nbar\nVersion\n.. note::\n")]
    [InlineData("notes.txt", "Project\n.")]
    [InlineData("weights.bin", "\u0001\u0002\u0003cos\n")]
    [InlineData("MLmodel", "flavors:\n  python_function:\n    model_path: model.pkl\n")]
    [InlineData("model.json", "{\"learner\": {\"objective\": {\"name\": \"binary:logistic\"}, \"vocabulary\": [\"a\"]}}")]
    public void Texts_and_unknown_bytes_pass(string name, string text) => Scanned.Passes(Scanned.File(Encoding.UTF8.GetBytes(text), name));

    [Fact]
    public void Weights_that_look_like_a_container_by_chance_pass()
    {
        var random = new Random(7);
        foreach (var magic in new byte[][] { [0x80, 4], [0x1f, 0x8b, 8], [(byte)'P', (byte)'K', 3, 4], [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'] })
        {
            var weights = new byte[4096];
            random.NextBytes(weights);
            magic.CopyTo(weights, 0);

            Scanned.Passes(Scanned.File(Zips.Of(("archive/data.pkl", PickleBytes.Protocol(2).Op('}').End()), ("archive/data/0", weights)), "model.pt"));
            Scanned.Passes(Scanned.File(PickleBytes.Protocol(4).Bytes(weights).End()));
        }
    }
}
