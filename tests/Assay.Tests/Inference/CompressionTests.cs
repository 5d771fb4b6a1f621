using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Assay.Serve;
using Assay.Tests.Inference.Dialects;

namespace Assay.Tests.Inference;

/// <summary>Requests that come compressed, and answers that are wanted so.</summary>
public sealed class CompressionTests : IAsyncLifetime
{
    private readonly string _folder = TinyModel.WriteTo(Directory.CreateTempSubdirectory("assay-gzip-").FullName);
    private readonly HttpClient _http = new(new HttpClientHandler { AutomaticDecompression = DecompressionMethods.None });
    private RunningServe _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await ServeHost.Start(new ServeOptions(_folder, 0, Name: "tiny"), Cancel);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public static TheoryData<string, string> Wordings
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var wording in Wording.All)
            {
                foreach (var encoding in new[] { "gzip", "deflate", "br" })
                    all.Add(wording.Name, encoding);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Wordings))]
    public async Task Every_dialect_reads_compressed_bodies_as_it_reads_others(string name, string encoding)
    {
        Customer[] rows = [.. Enumerable.Range(0, 40).Select(i => new Customer(18 + i * 1.7, i % 5 == 0 ? null : i * 3.5, TinyModel.Plans[i % 3]))];
        var wording = Wording.All.Single(wording => wording.Name == name);
        using var plain = await _http.PostAsync(At(wording.Path), wording.Write(rows), Cancel);
        using var content = wording.Write(rows);
        using var packed = new ByteArrayContent(Pack(await content.ReadAsByteArrayAsync(Cancel), encoding));
        foreach (var (header, values) in content.Headers)
            packed.Headers.TryAddWithoutValidation(header, values);
        packed.Headers.ContentLength = null;
        packed.Headers.ContentEncoding.Add(encoding);
        using var answer = await _http.PostAsync(At(wording.Path), packed, Cancel);
        var body = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, Encoding.UTF8.GetString(body));
        Assert.Equal(await plain.Content.ReadAsByteArrayAsync(Cancel), body);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_body_that_is_large_only_when_it_is_unpacked_is_too_large(string encoding)
    {
        var bomb = Pack(new byte[256 << 20], encoding);
        Assert.True(bomb.Length < 1 << 20);
        using var answer = await Post(bomb, encoding);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "The body is larger than 16 MiB. Send the rows in several requests."), (answer.StatusCode, await Detail(answer)));
    }

    [Theory]
    [InlineData("gzip", HttpStatusCode.BadRequest, "The body is not compressed as its Content-Encoding says. Send it so, or without Content-Encoding.")]
    [InlineData("deflate", HttpStatusCode.BadRequest, "The body is not compressed as its Content-Encoding says. Send it so, or without Content-Encoding.")]
    [InlineData("br", HttpStatusCode.BadRequest, "The body is not compressed as its Content-Encoding says. Send it so, or without Content-Encoding.")]
    [InlineData("zstd", HttpStatusCode.UnsupportedMediaType, "The body is encoded as 'zstd'. Send it as gzip, deflate or br, or without Content-Encoding.")]
    [InlineData("gzip, gzip", HttpStatusCode.UnsupportedMediaType, "The body is encoded as 'gzip, gzip'. Send it as gzip, deflate or br, or without Content-Encoding.")]
    public async Task What_is_not_encoded_as_it_says_is_refused_in_words(string encoding, HttpStatusCode status, string sentence)
    {
        using var answer = await Post("[[30,500,\"plus\"]]"u8.ToArray(), encoding);
        Assert.Equal((status, sentence), (answer.StatusCode, await Detail(answer)));
    }

    [Fact]
    public async Task A_body_that_is_cut_off_is_refused()
    {
        var rows = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, 5000).Select(i => $"[{20 + i % 50},{i * 7},\"plus\"]"))}]");
        foreach (var encoding in new[] { "gzip", "deflate", "br" })
        {
            var packed = Pack(rows, encoding);
            using var whole = await Post(packed, encoding);
            Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
            using var cut = await Post(packed[..(packed.Length / 2)], encoding);
            Assert.Equal(HttpStatusCode.BadRequest, cut.StatusCode);
        }
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("br, gzip;q=0.5", true)]
    [InlineData("*", true)]
    [InlineData("gzip;q=0, *", false)]
    [InlineData("br", false)]
    [InlineData(null, false)]
    public async Task A_large_answer_is_compressed_when_the_caller_takes_that(string? accepted, bool compressed)
    {
        var rows = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, 5000).Select(i => $"[{20 + i % 50},{i * 7},\"plus\"]"))}]");
        using var plain = await Post(rows, null);
        using var answer = await Post(rows, null, accepted);
        Assert.Equal(compressed ? ["gzip"] : [], answer.Content.Headers.ContentEncoding);
        await using var body = await answer.Content.ReadAsStreamAsync(Cancel);
        using var read = new StreamReader(compressed ? new GZipStream(body, CompressionMode.Decompress) : body);
        Assert.Equal(await plain.Content.ReadAsStringAsync(Cancel), await read.ReadToEndAsync(Cancel));
    }

    [Fact]
    public async Task A_small_answer_is_sent_as_it_is()
    {
        using var answer = await Post("[[30,500,\"plus\"]]"u8.ToArray(), null, "gzip");
        Assert.Empty(answer.Content.Headers.ContentEncoding);
        Assert.StartsWith("{\"predictions\":[", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private static byte[] Pack(byte[] bytes, string encoding)
    {
        using var packed = new MemoryStream();
        using (Stream packer = encoding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Optimal),
            "deflate" => new ZLibStream(packed, CompressionLevel.Optimal),
            _ => new BrotliStream(packed, CompressionLevel.Fastest),
        })
        {
            packer.Write(bytes);
        }

        return packed.ToArray();
    }

    private async Task<HttpResponseMessage> Post(byte[] body, string? encoding, string? accepted = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, At("/predict")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (encoding is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        if (accepted is not null)
            request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        return await _http.SendAsync(request, Cancel);
    }

    private static async Task<string> Detail(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(Cancel)).RootElement.GetProperty("detail").GetString()!;

    private Uri At(string path) => new(_server.Addresses.Predict, path);
}
