namespace Assay.Registry.Scans.Archives;

/// <summary>The checksum of zip (CRC-32, reflected polynomial 0xEDB88320), eight bytes at a time.</summary>
internal struct Crc32
{
    private static readonly uint[][] Tables = MakeTables();
    private uint _state;

    public readonly uint Value => _state;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        var state = ~_state;
        while (bytes.Length >= 8)
        {
            state ^= BitConverter.ToUInt32(bytes);
            var next = BitConverter.ToUInt32(bytes[4..]);
            state = Tables[7][state & 0xff] ^ Tables[6][(state >> 8) & 0xff] ^ Tables[5][(state >> 16) & 0xff] ^ Tables[4][state >> 24]
                ^ Tables[3][next & 0xff] ^ Tables[2][(next >> 8) & 0xff] ^ Tables[1][(next >> 16) & 0xff] ^ Tables[0][next >> 24];
            bytes = bytes[8..];
        }

        foreach (var value in bytes)
            state = Tables[0][(state ^ value) & 0xff] ^ (state >> 8);
        _state = ~state;
    }

    private static uint[][] MakeTables()
    {
        var tables = Enumerable.Range(0, 8).Select(_ => new uint[256]).ToArray();
        for (uint index = 0; index < 256; index++)
        {
            var value = index;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ 0xedb88320;
            tables[0][index] = value;
        }

        for (var index = 0; index < 256; index++)
        {
            for (var table = 1; table < 8; table++)
                tables[table][index] = tables[0][tables[table - 1][index] & 0xff] ^ (tables[table - 1][index] >> 8);
        }

        return tables;
    }
}
