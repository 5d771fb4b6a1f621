using System.Buffers.Binary;
using System.Text;

namespace Assay.Tests.Registry.Scans;

/// <summary>Formats that are no pickles, and what they can bring along.</summary>
public sealed class FormatTests
{
    [Theory]
    [InlineData("{\"class_name\": \"Functional\", \"config\": {\"layers\": [{\"module\": \"keras.layers\", \"class_name\": \"Dense\"}]}}", null)]
    [InlineData("{\"class_name\": \"Functional\", \"config\": {\"layers\": [{\"module\": \"keras.layers\", \"class_name\": \"Lambda\"}]}}", "keras.lambda")]
    [InlineData("{\"class_name\" : \"L\\u0061mbda\"}", "keras.lambda")]
    [InlineData("{\"\\u0063lass_name\":\"__lambda__\"}", "keras.lambda")]
    [InlineData("{\"class_name\": \"x\", \"module\": \"os\"}", "keras.import")]
    [InlineData("{\"class_name\": \"x\", \"module\": \"keras.utils\"}", "keras.import")]
    [InlineData("{\"class_name\": \"StringLookup\", \"config\": {\"vocabulary\": \"/etc/passwd\"}}", "keras.path")]
    public void A_Keras_model_is_held_to_its_own_classes(string config, string? rule)
    {
        var json = Encoding.UTF8.GetBytes(config);
        byte[] hdf5 = [0x89, .. "HDF\r\n\x1a\n"u8, .. new byte[300], .. json, 0, 0];
        foreach (var (name, bytes) in new[] { ("model.keras", Zips.Of(("config.json", json))), ("model.h5", hdf5) })
        {
            if (rule is null)
                Assert.Empty(Scanned.File(bytes, name).Findings);
            else
                Scanned.Blocked(Scanned.File(bytes, name), rule);
        }
    }

    [Theory]
    [InlineData("MatMul", null)]
    [InlineData("ReadFile", "tensorflow.operator")]
    [InlineData("WriteFile", "tensorflow.operator")]
    [InlineData("PyFunc", "tensorflow.operator")]
    public void A_SavedModel_is_searched_for_operators_that_reach_out(string name, string? rule)
    {
        var node = Field(1, [.. Field(1, "node"u8), .. Field(2, Encoding.UTF8.GetBytes(name))]);
        var inLibrary = Field(2, Field(1, Field(3, [.. Field(1, "node"u8), .. Field(2, Encoding.UTF8.GetBytes(name))])));
        foreach (var graph in new[] { node, [.. Field(1, [.. Field(1, "a"u8), .. Field(2, "Add"u8)]), .. inLibrary] })
        {
            foreach (var bytes in new byte[][] { [0x08, 1, .. Field(2, Field(2, graph))], graph })
            {
                var report = Scanned.File(bytes, "saved_model.pb");
                Assert.Equal("tensorflow", report.Files[0].Format);
                if (rule is null)
                    Assert.Empty(report.Findings);
                else
                    Scanned.Blocked(report, rule);
            }
        }
    }

    [Theory]
    [InlineData("weights.bin", "", null)]
    [InlineData("../../etc/passwd", "", "onnx.external-data")]
    [InlineData("/etc/passwd", "", "onnx.external-data")]
    [InlineData("C:\\secrets", "", "onnx.external-data")]
    [InlineData("weights.bin", "ai.onnx.ml", null)]
    [InlineData("weights.bin", "com.example.native", "onnx.custom-operators")]
    public void An_ONNX_model_keeps_to_its_folder_and_to_known_operators(string location, string domain, string? rule)
    {
        var tensor = Field(13, [.. Field(1, "location"u8), .. Field(2, Encoding.UTF8.GetBytes(location))]);
        var inNode = Field(1, Field(5, Field(5, tensor)));
        var inSubgraph = Field(1, Field(5, Field(6, Field(5, tensor))));
        foreach (var graph in new[] { Field(5, tensor), inNode, inSubgraph })
        {
            var report = Scanned.File([0x08, 8, .. Field(7, graph), .. Field(8, Field(1, Encoding.UTF8.GetBytes(domain)))], "model.onnx");
            Assert.Equal("onnx", report.Files[0].Format);
            if (rule is null)
                Assert.Empty(report.Findings);
            else
                Scanned.Blocked(report, rule);
        }
    }

    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, true)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 8, false)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,99]}}", 4, false)]
    [InlineData("{\"a\":{\"data_offsets\":[0,4]},\"b\":{\"data_offsets\":[2,4]}}", 4, false)]
    [InlineData("{\"a\":{\"data_offsets\":[4,0]}}", 4, false)]
    [InlineData("{\"a\":{\"data_offsets\":[0,4]},\"a\":{\"data_offsets\":[0,4]}}", 4, false)]
    [InlineData("{\"a\":", 4, false)]
    public void A_safetensors_header_must_fit_its_file(string header, int dataBytes, bool passes)
    {
        var bytes = new byte[8 + header.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        Encoding.UTF8.GetBytes(header).CopyTo(bytes, 8);

        var report = Scanned.File(bytes, "model.safetensors");

        Assert.Equal(("safetensors", passes), (report.Files[0].Format, report.Passed));
    }

    [Fact]
    public void An_array_of_objects_is_a_pickle_and_one_of_numbers_is_not()
    {
        Scanned.Blocked(Scanned.File(Array("|O", PickleBytes.Attack()), "a.npy"), "pickle.import-dangerous");
        Scanned.Blocked(Scanned.File(Zips.Of(("x.npy", Array("[('a', '<i4'), ('b', '|O')]", PickleBytes.Attack()))), "a.npz"), "pickle.import-dangerous");
        Assert.Empty(Scanned.File(Array("<f8", new byte[64]), "a.npy").Findings);
        Assert.Empty(Scanned.File(Array("|O", PickleBytes.Protocol(3).Op(']').End()), "a.npy").Findings);
        Scanned.Blocked(Scanned.File([0x93, .. "NUMPY"u8, 9, 9, 9, 9, 9, 9, 9], "a.npy"), "file.damaged");
    }

    [Fact]
    public void The_code_of_a_TorchScript_model_must_not_touch_files()
    {
        byte[] Model(string code) => Zips.Of(
            ("m/data.pkl", PickleBytes.Protocol(2).Global("__torch__.Net", "Net").Op(')').Op(0x81).Op('}').Op('b').End()),
            ("m/code/__torch__/Net.py", Encoding.UTF8.GetBytes(code)));

        Scanned.Passes(Scanned.File(Model("def forward(self, x):\n  return torch.relu(x)\n"), "model.pt"));
        Scanned.Blocked(Scanned.File(Model("def forward(self, x):\n  return torch.from_file(\"/etc/passwd\")\n"), "model.pt"), "torchscript.file-access");
    }

    [Fact]
    public void An_array_that_joblib_skips_must_not_be_an_attack_for_pickle()
    {
        // joblib takes the eight bytes behind the state for an array; pickle goes on with them.
        var attack = "cos\nsystem\n(S'id'\ntR."u8.ToArray();
        var wrapper = PickleBytes.Protocol(3).Global("joblib.numpy_pickle", "NumpyArrayWrapper").Op(')').Op(0x81).Op('}').Op('(')
            .Ops("X\x05\0\0\0shape").Int((byte)attack.Length).Op(0x85)
            .Ops("X\x05\0\0\0dtype").Global("numpy", "dtype").Ops("X\x02\0\0\0u1").Op(0x89, 0x88).Op(0x87).Op('R')
            .Op('u').Op('b').Op(attack);

        Scanned.Blocked(Scanned.File(wrapper.End(), "model.joblib"), "pickle.import-dangerous");
    }

    [Fact]
    public void An_array_that_does_not_plainly_say_its_length_is_found()
    {
        var attack = "cos\nsystem\n(S'id'\ntR."u8.ToArray();
        PickleBytes Wrapper(Action<PickleBytes> make, Action<PickleBytes> besides)
        {
            var pickle = PickleBytes.Protocol(3);
            make(pickle);
            pickle.Op('}').Op('(').Ops("X\u0005\0\0\0shape").Int(1).Op(0x85).Ops("X\u0005\0\0\0dtype").Global("numpy", "dtype").Ops("X\u0002\0\0\0u1").Op(0x85).Op('R');
            besides(pickle);
            return pickle.Op('u').Op('b').Op(1).Op('0').Op(attack);
        }

        void Plain(PickleBytes pickle) => pickle.Global("joblib.numpy_pickle", "NumpyArrayWrapper").Op(')').Op(0x81);
        void Nothing(PickleBytes pickle)
        {
        }

        // Behind the array's one byte stands an attack: whoever takes the array for something else may not see it.
        foreach (var pickle in new[]
        {
            Wrapper(Plain, Nothing),
            Wrapper(pickle => pickle.Global("copyreg", "_reconstructor").Op('(').Global("joblib.numpy_pickle", "NumpyArrayWrapper").Global("builtins", "object").Op('N').Op('t').Op('R'), Nothing),
            Wrapper(pickle => pickle.Global("sklearn.neighbors._kd_tree", "newObj").Global("joblib.numpy_pickle", "NumpyArrayWrapper").Op(0x85).Op('R'), Nothing),
            Wrapper(pickle => pickle.Global("pandas.core.indexes.base", "_new_Index").Global("joblib.numpy_pickle", "NumpyArrayWrapper").Op('}').Op(0x86).Op('R'), Nothing),
            Wrapper(Plain, pickle => pickle.Global("builtins", "str").Ops("X\u0005\0\0\0shape").Op(0x85).Op('R').Int(0).Op(0x85)),
            Wrapper(Plain, pickle => Enumerable.Range(0, 40).ToList().ForEach(index => pickle.Ops($"X\u0003\0\0\0k{index:00}").Int(1))),
            Wrapper(Plain, pickle => pickle.Ops("X\u001b\0\0\0numpy_array_alignment_bytes").Op(0x88)),
        })
        {
            Assert.False(Scanned.File(pickle.End(), "model.joblib").Passed);
        }
    }

    [Theory]
    [InlineData("{'descr': '|\\x4f', 'fortran_order': False, 'shape': (1,), }")]
    [InlineData("{'descr': '|' 'O', 'fortran_order': False, 'shape': (1,), }")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'descr': '|O', }")]
    public void A_type_that_hides_objects_is_found(string header) => Assert.False(Scanned.File(
        [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. PickleBytes.Attack()], "a.npy").Passed);

    [Fact]
    public void A_second_format_behind_the_first_is_found()
    {
        byte[] lambda = [0x89, .. "HDF\r\n\x1a\n"u8, .. new byte[40], .. "{\"class_name\": \"Lambda\"}"u8];

        Scanned.Blocked(Scanned.File([.. "GGUF"u8, .. new byte[508], .. lambda], "model.h5"), "keras.lambda");
        Scanned.Blocked(Scanned.File([.. "GGUF"u8, .. new byte[100]], "model.pt"), "file.name-mismatch");
    }

    [Fact]
    public void The_order_of_fields_and_old_groups_hide_nothing()
    {
        var graph = Field(7, Field(5, Field(13, [.. Field(1, "location"u8), .. Field(2, "../secret"u8)])));
        foreach (var bytes in new byte[][] { [.. graph, 0x08, 8], [.. Field(2, "me"u8), .. graph, 0x08, 8], [0xfb, 0x01, 0xfc, 0x01, .. graph, 0x08, 8], [0x08, 8, .. Field(99, "x"u8), .. graph] })
            Scanned.Blocked(Scanned.File(bytes, "model.onnx"), "onnx.external-data");
    }

    private static byte[] Array(string type, byte[] content)
    {
        var header = $"{{'descr': {(type.StartsWith('[') ? type : $"'{type}'")}, 'fortran_order': False, 'shape': (1,), }}\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. content];
    }

    private static byte[] Field(int number, ReadOnlySpan<byte> content)
    {
        var bytes = new List<byte>();
        void Number(int value)
        {
            for (; value > 0x7f; value >>= 7)
                bytes.Add((byte)(value | 0x80));
            bytes.Add((byte)value);
        }

        Number((number << 3) | 2);
        Number(content.Length);
        return [.. bytes, .. content];
    }
}
