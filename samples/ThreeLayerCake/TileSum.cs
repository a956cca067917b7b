namespace ThreeLayerCake;

/// <summary>What a baker found in a tile.</summary>
internal readonly record struct TileSum(int FirstRow, int Rows, long Sum);
