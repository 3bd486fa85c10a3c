/** RDATA of types that few zones hold, as text and on the wire. */

export interface Row {
  readonly text: string;
  /** In hex. */
  readonly wire: string;
  /** As it is written again, where that is another text. */
  readonly formatted?: string;
}

/** The wire form is what `named-rrchecker -u` (BIND 9.18.49) gives for the text. */
export const AS_BIND_READS: readonly Row[] = [
  {
    text: "LOC 42 21 54 N 71 06 18 W -24m 30m",
    wire: "0033161389172dd070be15f000988d20",
    formatted: "42 21 54.000 N 71 6 18.000 W -24.00m 30m 10000m 10m",
  },
  {
    text: "LOC 42 N 71 W 0",
    wire: "001216138903210070c3da8000989680",
    formatted: "42 0 0.000 N 71 0 0.000 W 0.00m 1m 10000m 10m",
  },
  {
    text: "LOC 42 21 43.952 N 71 5 6.344 W -24m 1m 200m",
    wire: "001224138917069070bf2dd800988d20",
    formatted: "42 21 43.952 N 71 5 6.344 W -24.00m 1m 200m 10m",
  },
  {
    text: "LOC 52 14 05 N 00 08 50 E 10m",
    wire: "001216138b3556c88008165000989a68",
    formatted: "52 14 5.000 N 0 8 50.000 E 10.00m 1m 10000m 10m",
  },
  {
    text: "LOC 32 7 19 S 116 2 25 E 10m",
    wire: "00121613791b7d2898e6486800989a68",
    formatted: "32 7 19.000 S 116 2 25.000 E 10.00m 1m 10000m 10m",
  },
  {
    text: "LOC 42 21 28.764 N 71 00 51.617 W -44m 2000m",
    wire: "002516138916cb3c70c310df00988550",
    formatted: "42 21 28.764 N 71 0 51.617 W -44.00m 2000m 10000m 10m",
  },
  {
    text: "LOC 90 N 180 E -100000.00m 90000000.00m 0.00m 0.01m",
    wire: "00990010934fd900a69fb20000000000",
    formatted: "90 0 0.000 N 180 0 0.000 E -100000.00m 90000000m 0.00m 0.01m",
  },
  {
    text: "LOC 0 0 0.001 N 0 0 0.999 W 42849672.95m 1.5m 15m 99m",
    wire: "00121393800000017ffffc19ffffffff",
    formatted: "0 0 0.001 N 0 0 0.999 W 42849672.95m 1m 10m 90m",
  },
  { text: "APL 1:192.168.32.0/21 !1:192.168.38.0/28", wire: "00011503c0a82000011c83c0a826" },
  {
    text: "APL 1:224.0.0.0/4 2:FF00:0:0:0:0:0:0:0/8",
    wire: "00010401e000020801ff",
    formatted: "1:224.0.0.0/4 2:ff00::/8",
  },
  {
    text: "APL 1:192.168.42.0/26 1:192.168.42.64/26 !1:192.168.42.128/25",
    wire: "00011a03c0a82a00011a04c0a82a4000011984c0a82a80",
  },
  { text: "APL 1:127.0.0.1/32 1:172.16.64.0/22", wire: "000120047f00000100011603ac1040" },
  { text: "APL 1:0.0.0.0/0 2:::/0", wire: "0001000000020000" },
  { text: "APL", wire: "", formatted: "" },
  { text: "APL 1:10.1.2.3/8", wire: "000108040a010203" },
  {
    text: "DHCID AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=",
    wire: "000201636fc0b8271c82825bb1ac5c41cf5351aa69b4febd94e8f17cdb95000da48c40",
  },
  { text: "EUI48 00-00-5e-00-53-2a", wire: "00005e00532a" },
  { text: "EUI64 00-00-5e-ef-10-00-00-2a", wire: "00005eef1000002a" },
  {
    text: "HIP 2 200100107B1A74DF365639CC39F1D578 AwEAAbdx rvs.example.com. a.b.",
    wire: "10020006200100107b1a74df365639cc39f1d57803010001b77103727673076578616d706c6503636f6d000161016200",
  },
  {
    text: "HIP 2 200100107B1A74DF365639CC39F1D578 AwEAAbdx",
    wire: "10020006200100107b1a74df365639cc39f1d57803010001b771",
  },
  {
    text: "IPSECKEY 10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==",
    wire: "0a0102c0000226010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801",
  },
  {
    text: "IPSECKEY 10 0 2 . AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==",
    wire: "0a0002010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801",
  },
  {
    text: "IPSECKEY 10 3 2 mygateway.example.com. AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==",
    wire: "0a0302096d7967617465776179076578616d706c6503636f6d00010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801",
  },
  {
    text: "IPSECKEY 10 2 2 2001:0DB8:0:8002::2000:1 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==",
    wire: "0a020220010db8000080020000000020000001010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801",
    formatted: "10 2 2 2001:db8:0:8002::2000:1 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==",
  },
  { text: "L32 10 10.1.2.0", wire: "000a0a010200" },
  { text: "L64 10 2001:0DB8:1140:1000", wire: "000a20010db811401000", formatted: "10 2001:0db8:1140:1000" },
  { text: "LP 10 l64-subnet1.example.com.", wire: "000a0b6c36342d7375626e657431076578616d706c6503636f6d00" },
  { text: "NID 10 0014:4fff:ff20:ee64", wire: "000a00144fffff20ee64" },
  { text: "AMTRELAY 10 0 2 2001:db8::15", wire: "0a0220010db8000000000000000000000015" },
  {
    text: "AMTRELAY 128 1 3 amtrelays.example.com.",
    wire: "808309616d7472656c617973076578616d706c6503636f6d00",
  },
  { text: "AMTRELAY 10 0 0 .", wire: "0a00" },
  { text: "AMTRELAY 10 1 1 203.0.113.15", wire: "0a81cb00710f" },
  { text: "KEY 256 3 5 AQPSKmyn", wire: "010003050103d22a6ca7" },
  { text: "KEY 49152 3 5", wire: "c0000305" },
  {
    text: "SIG NXT 1 3 3600 20000102030405 19961211100908 2143 foo.nil. MxFcby9k",
    wire: "001e010300000e10386ec02532ae8844085f03666f6f036e696c0033115c6f2f64",
    formatted: "TYPE30 1 3 3600 20000102030405 19961211100908 2143 foo.nil. MxFcby9k",
  },
  {
    text: "DLV 12345 3 1 123456789ABCDEF67890123456789ABCDEF67890",
    wire: "30390301123456789abcdef67890123456789abcdef67890",
  },
  {
    text: "TA 12345 3 1 123456789ABCDEF67890123456789ABCDEF67890",
    wire: "30390301123456789abcdef67890123456789abcdef67890",
  },
  { text: "X25 311061700956", wire: "0c333131303631373030393536", formatted: '"311061700956"' },
  {
    text: "ISDN 150862028003217 004",
    wire: "0f31353038363230323830303332313703303034",
    formatted: '"150862028003217" "004"',
  },
  { text: "ISDN isdn-address", wire: "0c6973646e2d61646472657373", formatted: '"isdn-address"' },
  { text: "RT 0 relay.prime.com.", wire: "00000572656c6179057072696d6503636f6d00" },
  {
    text: "NSAP 0x47.0005.80.005a00.0000.0001.e133.ffffff000161.00",
    wire: "47000580005a0000000001e133ffffff00016100",
    formatted: "0x47000580005a0000000001e133ffffff00016100",
  },
  { text: "NSAP-PTR foo.", wire: "03666f6f00" },
  { text: "PX 65535 foo. bar.", wire: "ffff03666f6f000362617200" },
  {
    text: "GPOS -22.6882 116.8652 250.0",
    wire: "082d32322e36383832083131362e38363532053235302e30",
    formatted: '"-22.6882" "116.8652" "250.0"',
  },
  { text: 'GPOS "" "" ""', wire: "000000" },
  {
    text: "A6 0 2345:00C1:CA11:0001:1234:5678:9ABC:DEF0",
    wire: "00234500c1ca110001123456789abcdef0",
    formatted: "0 2345:c1:ca11:1:1234:5678:9abc:def0",
  },
  {
    text: "A6 64 ::1234:5678:9ABC:DEF0 SUBNET-1.IP6.ALPHA.NET.",
    wire: "40123456789abcdef0085355424e45542d310349503605414c504841034e455400",
    formatted: "64 ::1234:5678:9abc:def0 SUBNET-1.IP6.ALPHA.NET.",
  },
  { text: "A6 128 SUBNET-1.IP6.ALPHA.NET.", wire: "80085355424e45542d310349503605414c504841034e455400" },
  {
    text: "A6 61 ::5:1234:5678:9ABC:DEF0 a.",
    wire: "3d05123456789abcdef0016100",
    formatted: "61 ::5:1234:5678:9abc:def0 a.",
  },
  { text: "TALINK a. b.", wire: "016100016200" },
  { text: 'NINFO "a" "b"', wire: "01610162" },
  {
    text: 'AVC "app-name:WOLFGANG|app-class:OAM|business=yes"',
    wire: "2c6170702d6e616d653a574f4c4647414e477c6170702d636c6173733a4f414d7c627573696e6573733d796573",
  },
  {
    text: "RESINFO qnamemin exterr=15,16,17 infourl=https://resolver.example.com/guide",
    wire: "08716e616d656d696e0f6578746572723d31352c31362c31372a696e666f75726c3d68747470733a2f2f7265736f6c7665722e6578616d706c652e636f6d2f6775696465",
    formatted: '"qnamemin" "exterr=15,16,17" "infourl=https://resolver.example.com/guide"',
  },
  {
    text: "DSYNC CDS NOTIFY 5359 cds-scanner.example.net.",
    wire: "003b0114ef0b6364732d7363616e6e6572076578616d706c65036e657400",
    formatted: "CDS 1 5359 cds-scanner.example.net.",
  },
  { text: "DSYNC TYPE1 1 5300 a.", wire: "00010114b4016100", formatted: "A 1 5300 a." },
  { text: "WALLET ABC xyz", wire: "034142430378797a", formatted: '"ABC" "xyz"' },
  { text: "RKEY 0 3 5 AQ==", wire: "0000030501" },
  {
    text: "NXT medium.foo.nil. A MX SIG NXT",
    wire: "066d656469756d03666f6f036e696c0040010082",
    formatted: "medium.foo.nil. A MX TYPE24 TYPE30",
  },
  { text: "EID 0a0b", wire: "0a0b", formatted: "0A0B" },
  { text: "NIMLOC 0a0b", wire: "0a0b", formatted: "0A0B" },
  { text: "SINK 1 2 3 AQ==", wire: "01020301" },
  { text: "ATMA +61200000000", wire: "013631323030303030303030" },
  { text: "ATMA 47.0091", wire: "00470091", formatted: "470091" },
  {
    text: 'DOA 1234567890 1234567890 1 "image/gif" R0lGODlhKAAZAOMCAGZm',
    wire: "499602d2499602d20109696d6167652f67696647494638396128001900e302006666",
  },
  { text: "HHIT gwppM2ZmOCAAGSABAA==", wire: "830a6933666638200019200100" },
  { text: "BRID gwppM2ZmOCAAGSABAA==", wire: "830a6933666638200019200100" },
  { text: 'ISDN "" ""', wire: "0000" },
  { text: "X25 12345", wire: "053132333435", formatted: '"12345"' },
];
